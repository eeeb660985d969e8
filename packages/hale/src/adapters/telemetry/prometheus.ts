// Instruments in the text format that Prometheus scrapes.
//
// Source: prometheus.io, "Exposition formats", text format 0.0.4; the content type is
// `text/plain; version=0.0.4; charset=utf-8`. All series of one name stand together under one HELP and one TYPE, as the
// format demands: values arrive by series, and printing them as they come is the obvious wrong way.
//
// Label values come from instance ids, which others choose: backslash, quote and line feed are escaped, or an id could
// write lines of its own. A carriage return ends no line in this format and stays.

import type { InstrumentValue, Labels } from '../../core/model/index.ts';

/** The content type of `prometheusText`. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** All values as text, ending in a line feed; empty for none. `balancer.metrics()` gives the values. */
export function prometheusText(values: readonly InstrumentValue[]): string {
  const families = new Map<string, InstrumentValue[]>();
  for (const value of values) {
    const family = families.get(value.name);
    if (family) family.push(value);
    else families.set(value.name, [value]);
  }
  let text = '';
  for (const [name, series] of families) {
    text += `# HELP ${name} ${escapeHelp(series[0].doc)}\n# TYPE ${name} ${series[0].kind}\n`;
    for (const value of series) text += seriesText(value);
  }
  return text;
}

function seriesText(value: InstrumentValue): string {
  const { name } = value;
  if (value.kind !== 'histogram') return `${name}${labelText(value.labels)} ${numberText(value.value)}\n`;
  let text = '';
  for (const { upTo, count } of value.buckets)
    text += `${name}_bucket${labelText(value.labels, numberText(upTo))} ${numberText(count)}\n`;
  text += `${name}_bucket${labelText(value.labels, '+Inf')} ${numberText(value.count)}\n`;
  return `${text}${name}_sum${labelText(value.labels)} ${numberText(value.sum)}\n${name}_count${labelText(value.labels)} ${numberText(value.count)}\n`;
}

function labelText(labels: Labels, upTo?: string): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  if (upTo !== undefined) pairs.push(`le="${upTo}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

// JavaScript writes Infinity; the format wants +Inf.
function numberText(value: number): string {
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value);
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
