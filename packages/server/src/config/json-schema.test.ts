import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KNOBS } from 'hale/engine';
import { KNOBS_WITHOUT_KEY, pathOfKnob } from './health-schema.ts';
import { jsonSchemaText } from './json-schema.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly minimum?: number;
  readonly maximum?: number;
}

const schema = JSON.parse(jsonSchemaText()) as Schema;

test('hale.schema.json is the one that the schema makes (write-json-schema.ts writes it)', () => {
  assert.equal(readFileSync(new URL('../../hale.schema.json', import.meta.url), 'utf8'), jsonSchemaText());
});

test('every knob is in it with its sentence and its range', () => {
  const service = schema.properties?.['services']?.additionalProperties as Schema;
  for (const knob of KNOBS.filter(({ key }) => !KNOBS_WITHOUT_KEY.has(key))) {
    let place: Schema | undefined = service;
    for (const step of pathOfKnob(knob.key)) place = place?.properties?.[step];
    assert.ok(place?.description?.startsWith(knob.doc), knob.key);
    if (knob.kind === 'count')
      assert.deepEqual([place?.anyOf?.[0]?.minimum, place?.anyOf?.[0]?.maximum], [knob.min, knob.max], knob.key);
  }
});

test('every mapping in it is closed, or has one kind of value', () => {
  const walk = (at: Schema, path: string): void => {
    if (at.type === 'object')
      assert.ok(at.additionalProperties === false || typeof at.additionalProperties === 'object', path);
    for (const [key, inner] of Object.entries(at.properties ?? {})) walk(inner, `${path}.${key}`);
    if (typeof at.additionalProperties === 'object') walk(at.additionalProperties, `${path}.*`);
  };
  walk(schema, '');
});
