// Text that goes into a page. Names of scenarios and policies come from users' files, so everything is escaped, and what
// goes into a script element is escaped for a script element: there `</script>` ends it, whatever quotes stand around it.

/** For the content of an element and for a quoted attribute. */
export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As JSON for the inside of a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
