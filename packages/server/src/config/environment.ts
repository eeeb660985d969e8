// References to the environment in a file: `${NAME}`, `${NAME:-default}`; `$${` is a plain `${`.
//
// Two troubles decide the form. A reference in a flow mapping, `{ token: ${TOKEN} }`, is no valid YAML, for `{` opens a
// mapping there: so the references are *masked* before the text is parsed, character by character so that no position
// moves. And the value must never become structure, nor appear in a message: so it is put in after parsing, into a
// scalar that stays one, and whoever reports a fault shows the reference instead.

export type Environment = Readonly<Record<string, string | undefined>>;

/** Printable ASCII moves to U+F820..U+F87E, the end of the private use area, where files have nothing. */
const MASK_OFFSET = 0xf800;
const MASKED = /[\uf820-\uf87e]/g;
// Quotes and backslashes are left out: inside a quoted scalar they are YAML's own.
const REFERENCE_IN_TEXT = /\$\{[^}\n"'\\]{0,256}\}/g;
const IN_SCALAR = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Where the text has a character that masking needs, or -1. */
export function reservedCharacterIn(text: string): number {
  return text.search(MASKED);
}

/** The text with its references written in characters that mean nothing to YAML. Its length and positions are the same. */
export function maskReferences(text: string): string {
  return text.replaceAll(REFERENCE_IN_TEXT, (reference) =>
    reference.replaceAll(/[ -~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + MASK_OFFSET)),
  );
}

export function unmask(text: string): string {
  return text.replaceAll(MASKED, (character) => String.fromCharCode(character.charCodeAt(0) - MASK_OFFSET));
}

export type Expansion =
  | { readonly kind: 'plain' }
  /** `usesEnvironment` is false when there were only escapes. */
  | { readonly kind: 'expanded'; readonly value: string; readonly usesEnvironment: boolean }
  | { readonly kind: 'wrong'; readonly expected: string; readonly received?: string };

/** One scalar's text with its references replaced. As in a shell, `:-` also stands in for an empty value. */
export function expand(text: string, env: Environment): Expansion {
  if (!text.includes('${')) return { kind: 'plain' };
  let wrong: { expected: string; received?: string } | undefined;
  let usesEnvironment = false;
  const value = text.replaceAll(IN_SCALAR, (whole, inside: string | undefined, end: string | undefined) => {
    if (inside === undefined) return '${';
    const at = inside.indexOf(':-');
    const name = at < 0 ? inside : inside.slice(0, at);
    if (end === '' || !NAME.test(name)) {
      wrong ??= { expected: "a reference such as '${NAME}' or '${NAME:-default}' ('$${' is a plain '${')" };
      return whole;
    }
    usesEnvironment = true;
    const given = Object.hasOwn(env, name) ? env[name] : undefined;
    if (given !== undefined && (given !== '' || at < 0)) return given;
    if (at >= 0) return inside.slice(at + 2);
    wrong ??= {
      expected: `the environment variable ${name} to be set, or a default as in '\${${name}:-default}'`,
      received: 'nothing',
    };
    return whole;
  });
  return wrong ? { kind: 'wrong', ...wrong } : { kind: 'expanded', value, usesEnvironment };
}

/** What YAML would have made of an unquoted text: the number or truth value it spells, or undefined. */
export function retype(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}
