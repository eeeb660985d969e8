// A YAML text -> a tree of plain values that remembers where each came from.
//
// The parser's own conversion is not used: it turns `x: &a [*a]` into a cyclic object, looks up each alias by walking
// the whole document, and keeps no positions. This walk refuses what no configuration needs (cycles, floods of
// aliases, duplicate and odd keys, tags, depth) and puts in the environment, so that the tree is safe to judge.

import type { Node, Pair, YAMLMap } from 'yaml';
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { BOUNDS } from './defaults.ts';
import type { Environment } from './environment.ts';
import { expand, maskReferences, reservedCharacterIn, unmask } from './environment.ts';
import type { Path } from './fault.ts';

export interface Source {
  /** Mappings have no prototype. */
  readonly tree: unknown;
  readonly findings: readonly PlacedFinding[];
  /** Line and column, from 1, of the value at a path, of its key, or of the nearest thing around it that exists. */
  placeOf(path: Path, atKey?: boolean): Place;
  /** The text of the reference that the scalar at this path came from. */
  referenceAt(path: Path): Reference | undefined;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A finding with its own place, since the tree does not hold what was refused. */
export interface PlacedFinding extends Place {
  readonly path: Path;
  readonly expected: string;
  readonly received: string;
}

export interface Reference {
  readonly text: string;
  /** Unquoted: may stand for a number or a truth value. */
  readonly isPlain: boolean;
}

type Container = Record<string, unknown> | unknown[];

/** Reads one document. Whatever is wrong with the text is in `findings`; then the tree is not to be trusted. */
export function readDocument(text: string, env: Environment): Source {
  const findings: PlacedFinding[] = [];
  const lines = new LineCounter();
  const nodes = new WeakMap<object, Node>();
  const references = new WeakMap<object, Map<string | number, Reference>>();
  const anchors = new Map<string, Node>();
  // Fixed when an alias is first met: an anchor's name may be given again further down.
  const targets = new WeakMap<Node, Node>();
  const underWay = new Set<Node>();
  let repeated = 0;
  let root: Node | null = null;

  const refuse = (offset: number, path: Path, expected: string, received: string): undefined => {
    const { line, col } = lines.linePos(offset);
    findings.push({ path, expected, received, line: Math.max(1, line), column: Math.max(1, col) });
    return undefined;
  };
  const offsetOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

  const convert = (node: unknown, path: Path, inAlias: boolean): unknown => {
    if (inAlias && ++repeated > BOUNDS.repeated) return undefined;
    if (isAlias(node)) return follow(node.source, node, path);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined && !inAlias) anchors.set(anchor, node as Node);
    if (isScalar(node)) return typeof node.value === 'string' ? unmask(node.value) : node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    if (path.length >= BOUNDS.depth) return refuse(offsetOf(node), path, `at most ${BOUNDS.depth} levels`, 'more');
    underWay.add(node);
    const value: Container = isSeq(node) ? [] : (Object.create(null) as Record<string, unknown>);
    nodes.set(value, node);
    if (isSeq(node)) node.items.forEach((item, index) => place(value, index, item, path, inAlias));
    else for (const pair of node.items) placePair(value as Record<string, unknown>, pair, path, inAlias);
    underWay.delete(node);
    return value;
  };

  const targetOf = (name: string, alias: Node): Node | undefined => {
    const target = targets.get(alias) ?? anchors.get(name);
    if (target) targets.set(alias, target);
    return target;
  };

  const follow = (name: string, alias: Node, path: Path): unknown => {
    const source = targetOf(name, alias);
    if (!source) return refuse(offsetOf(alias), path, 'an alias of an anchor above it', `*${name}`);
    if (underWay.has(source)) return refuse(offsetOf(alias), path, 'an alias that does not contain itself', `*${name}`);
    const value = convert(source, path, true);
    if (repeated > BOUNDS.repeated) {
      if (!findings.some(({ received }) => received === 'more repetitions'))
        refuse(offsetOf(alias), path, `aliases that repeat at most ${BOUNDS.repeated} values`, 'more repetitions');
      return undefined;
    }
    return value;
  };

  const placePair = (
    value: Record<string, unknown>,
    { key, value: item }: Pair,
    path: Path,
    inAlias: boolean,
  ): void => {
    const name = isScalar(key) && typeof key.value === 'string' ? unmask(key.value) : undefined;
    const at = offsetOf(key) || offsetOf(item);
    if (name === undefined)
      refuse(at, path, 'keys that are text', isScalar(key) ? `${String(key.value)} (quote it)` : 'another kind of key');
    else if (name === '__proto__' || name.length > 256)
      refuse(at, path, 'another key', name.length > 256 ? 'one longer than 256 characters' : name);
    else if (Object.hasOwn(value, name)) refuse(at, [...path, name], 'a key that is given once', 'the key again');
    else place(value, name, item, path, inAlias);
  };

  const place = (value: Container, step: string | number, item: unknown, parent: Path, inAlias: boolean): void => {
    const path = [...parent, step];
    let content = convert(item, path, inAlias);
    // Of an alias only what it stands for counts: the scalar that the reference is in.
    const scalar = isAlias(item) ? targetOf(item.source, item) : item;
    if (typeof content === 'string' && isScalar(scalar)) {
      const expansion = expand(content, env);
      if (expansion.kind === 'wrong')
        refuse(offsetOf(item), path, expansion.expected, expansion.received ?? JSON.stringify(content).slice(0, 80));
      if (expansion.kind === 'expanded') {
        if (expansion.usesEnvironment) {
          const known = references.get(value) ?? new Map<string | number, Reference>();
          references.set(value, known.set(step, { text: content, isPlain: scalar.type === 'PLAIN' }));
        }
        content = expansion.value;
      }
    }
    (value as Record<string | number, unknown>)[step] = content;
  };

  const source = (tree: unknown): Source => ({
    tree,
    findings,
    placeOf(path, atKey = false) {
      const { line, col } = lines.linePos(find(path, atKey));
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
    referenceAt: (path) => {
      const parent = walk(tree, path.slice(0, -1));
      return parent === undefined || path.length === 0 ? undefined : references.get(parent)?.get(path.at(-1)!);
    },
  });

  // Made when a place in this mapping is first asked for: 300 000 unknown keys are 300 000 questions.
  const pairs = new WeakMap<YAMLMap, Map<string, Pair>>();
  const pairsOf = (node: YAMLMap): Map<string, Pair> => {
    const known =
      pairs.get(node) ??
      new Map(node.items.map((pair) => [isScalar(pair.key) ? unmask(String(pair.key.value)) : '', pair]));
    pairs.set(node, known);
    return known;
  };

  const find = (path: Path, atKey: boolean): number => {
    let offset = offsetOf(root);
    let value: unknown = tree;
    // Where the next step is missing, the key that it is missing under says more than the first of its neighbours.
    let missing = offset;
    for (const [depth, step] of path.entries()) {
      const node = typeof value === 'object' && value !== null ? nodes.get(value) : undefined;
      const pair = isMap(node) ? pairsOf(node).get(String(step)) : undefined;
      const item = isSeq(node) ? node.items[step as number] : (pair?.value ?? pair?.key);
      if (item === undefined || item === null) return missing;
      missing = offsetOf(pair?.key ?? item);
      offset = atKey && depth === path.length - 1 ? missing : offsetOf(item);
      value = (value as Record<string | number, unknown>)[step];
    }
    return offset;
  };

  // From here on the order matters: what would make the next step slow or wrong is refused first.
  let tree: unknown;
  if (Buffer.byteLength(text) > BOUNDS.fileBytes) {
    refuse(0, [], `at most ${BOUNDS.fileBytes / 1024 / 1024} MiB`, 'more');
    return source(undefined);
  }
  const reserved = reservedCharacterIn(text);
  try {
    // Duplicate keys are found by the walk: the parser compares each key with all others.
    const document = parseDocument(maskReferences(text.replace(/^\ufeff/, '')), {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      resolveKnownTags: false,
      schema: 'core',
      version: '1.2',
    });
    root = document.contents;
    if (reserved >= 0) refuse(reserved, [], 'no private use characters from U+F820 to U+F87E', 'one');
    if (document.directives.yaml.version !== '1.2')
      refuse(0, [], 'YAML 1.2', `YAML ${document.directives.yaml.version}`);
    const errors = [...document.errors, ...document.warnings];
    // The parser is recursive, and makes an error of the end of its stack: what it says after that is noise.
    const tooDeep = errors.find(({ message }) => message.includes('call stack'));
    if (tooDeep) refuse(tooDeep.pos[0], [], `at most ${BOUNDS.depth} levels`, 'more');
    else
      for (const { code, message, pos } of errors.slice(0, lastMeant(errors) + 1))
        refuse(pos[0], [], ...sentence(code, unmask(message)));
    if (findings.length === 0) tree = convert(root, [], false);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse(0, [], `at most ${BOUNDS.depth} levels`, 'more');
  }
  return source(tree);
}

/** Errors after which the parser still knows where it is. */
const LOCAL = ['TAB_AS_INDENT', 'TAG_RESOLVE_FAILED'];

// One missing bracket makes an error of every line below it: of those, the first is the one that was meant.
function lastMeant(errors: readonly { readonly code: string }[]): number {
  const first = errors.findIndex(({ code }) => !LOCAL.includes(code));
  return first < 0 ? errors.length : first;
}

function sentence(code: string, message: string): [expected: string, received: string] {
  if (code === 'TAB_AS_INDENT') return ['spaces as indentation', 'a tab'];
  if (code === 'MULTIPLE_DOCS') return ['one document', 'another one'];
  if (code === 'TAG_RESOLVE_FAILED') return ['values without tags', message.replace(/^Unresolved tag: /, 'the tag ')];
  if (message.startsWith('Alias cannot be an empty')) return ["a name after *, or quotes as in '*'", 'a bare *'];
  return ['valid YAML', `this: ${message.split('\n')[0]}`];
}

function walk(tree: unknown, path: Path): object | undefined {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return typeof value === 'object' && value !== null ? value : undefined;
}
