// `recordTo` as programs use it.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { describe, test } from 'node:test';
import { ConfigError } from '../../core/model/index.ts';
import { linesOf, outcome, pathIn } from './folder-fixture.test.ts';
import { OutcomeFile, recordTo } from './index.ts';
import type { RecordedOutcome } from './index.ts';

describe('a record in a file', () => {
  test('holds what it was told once it is closed, and was nothing before', async (t) => {
    const path = pathIn(t);
    const record = recordTo(path);
    assert.equal(existsSync(path), false);
    record.write(outcome({ latencyMs: 1.5 }));
    record.write(outcome({ outcome: 'failure', cause: 'connect', instance: 'ü"\n' }));
    await record.close();
    const [first, ...rest] = linesOf(path).map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(first, { hale: 'record', version: 1 });
    assert.deepEqual(rest, [
      outcome({ latencyMs: 1.5 }),
      outcome({ outcome: 'failure', cause: 'connect', instance: 'ü"\n' }),
    ]);
    assert.deepEqual(record.counts(), { written: 2, dropped: 0, errors: 0, lastError: undefined });
  });

  test('is flushed on demand, and goes on', async (t) => {
    const record = recordTo(pathIn(t));
    record.write(outcome());
    await record.flush();
    assert.equal(linesOf(record.path).length, 2);
    record.write(outcome());
    await record.close();
    assert.equal(linesOf(record.path).length, 3);
  });

  test('stays within its bounds, with every line of the files that are kept whole', async (t) => {
    const record = recordTo(pathIn(t), { maxBytes: 4096, maxFiles: 2 });
    for (let i = 0; i < 200; i++) record.write(outcome({ instance: `i${i}` }));
    await record.close();
    assert.deepEqual(readdirSync(dirname(record.path)).toSorted(), ['outcomes.jsonl', 'outcomes.jsonl.1']);
    const ids = [`${record.path}.1`, record.path].flatMap((path) => {
      assert.ok(statSync(path).size <= 4096);
      return linesOf(path)
        .slice(1)
        .map((line) => (JSON.parse(line) as RecordedOutcome).instance);
    });
    assert.deepEqual(
      ids,
      Array.from({ length: ids.length }, (_, i) => `i${200 - ids.length + i}`),
    );
    assert.equal(record.counts().written, 200);
  });

  test('drops what is no outcome, and what no file could hold', async (t) => {
    const record = recordTo(pathIn(t));
    for (const wrong of [
      undefined,
      null,
      {},
      outcome({ outcome: 'fine' as never }),
      outcome({ instance: undefined as never }),
      outcome({ instance: 'x'.repeat(5000) }),
    ])
      record.write(wrong as RecordedOutcome);
    record.write(outcome({ service: '\0'.repeat(256), instance: '\0'.repeat(256) }));
    await record.close();
    assert.deepEqual([record.counts().written, record.counts().dropped], [1, 6]);
  });
});

describe('a file that cannot be written', () => {
  test('costs lines and nothing else: no call throws, the reason is told, and close resolves', async (t) => {
    const folder = dirname(pathIn(t));
    const reasons: (string | undefined)[] = [];
    const record = recordTo(folder, { onFailure: (reason) => reasons.push(reason) });
    record.write(outcome());
    await record.flush();
    record.write(outcome());
    await record.close();
    const { written, dropped, errors, lastError } = record.counts();
    assert.deepEqual([written, dropped, errors], [0, 2, 2]);
    assert.match(lastError ?? '', /EISDIR/);
    assert.deepEqual(reasons, [lastError]);
  });

  test('is written as soon as it can be: a folder that goes and comes back', async (t) => {
    const path = pathIn(t);
    const reasons: (string | undefined)[] = [];
    const record = recordTo(path, { onFailure: (reason) => reasons.push(reason) });
    record.write(outcome({ instance: 'first' }));
    await record.flush();
    renameSync(dirname(path), `${dirname(path)}-gone`);
    t.after(() => rmSync(`${dirname(path)}-gone`, { recursive: true, force: true }));
    record.write(outcome({ instance: 'second' }));
    await record.flush();
    assert.match(record.counts().lastError ?? '', /ENOENT/);
    mkdirSync(dirname(path));
    await record.flush();
    assert.equal(linesOf(path).length, 2);
    assert.deepEqual([reasons.length, reasons.at(-1)], [2, undefined]);
    await record.close();
    assert.deepEqual([record.counts().written, record.counts().dropped], [2, 0]);
  });

  test('troubles nobody when the listener throws', async (t) => {
    const record = recordTo(dirname(pathIn(t)), {
      onFailure: () => {
        throw new Error('mine');
      },
    });
    record.write(outcome());
    await record.close();
    assert.equal(record.counts().errors, 1);
  });
});

describe('options', () => {
  test('are refused with every fault at once, and nothing is opened', () => {
    const wrong: unknown[][] = [
      ['', undefined, ['path']],
      [undefined, undefined, ['path']],
      ['a/', undefined, ['path']],
      ['a\0b', undefined, ['path']],
      ['x'.repeat(4097), undefined, ['path']],
      ['a', null, ['options']],
      ['a', [], ['options']],
      ['a', 5, ['options']],
      ['a', { maxSize: 1 }, ['maxSize']],
      ['a', { maxBytes: 4095 }, ['maxBytes']],
      ['a', { maxBytes: 5000.5 }, ['maxBytes']],
      ['a', { maxBytes: '64MB' }, ['maxBytes']],
      ['a', { maxBytes: Infinity, maxFiles: 0, onFailure: 1 }, ['maxBytes', 'maxFiles', 'onFailure']],
      ['a', { maxFiles: 1001 }, ['maxFiles']],
      [5, { maxFiles: NaN }, ['path', 'maxFiles']],
    ];
    for (const [path, options, expected] of wrong) {
      assert.throws(
        () => recordTo(path as string, options as object),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.deepEqual(
            error.faults.map((fault) => fault.path),
            expected,
          );
          return true;
        },
      );
    }
  });

  test('have defaults, and the path is taken from the working directory', () => {
    const record = new OutcomeFile('outcomes.jsonl', {});
    assert.ok(isAbsolute(record.path));
    assert.equal(record.path, join(process.cwd(), 'outcomes.jsonl'));
    assert.equal(existsSync(record.path), false);
  });
});
