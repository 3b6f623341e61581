/** Text from files and databases on its way to a terminal: without control over it, and with a known width. */

/** Letters that move the cursor, ring, hide or turn the text's direction; a bundle's tenant may be called so. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Every such letter becomes `?`; line feeds stay. */
export function plainText(text: string): string {
  return text.replace(CONTROL, "?");
}

/** One line of it. */
export function oneLine(text: string): string {
  return plainText(text).replaceAll("\n", " ");
}

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Letters that take two columns (East Asian Wide and emoji), near enough for aligning names. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;

/** How many columns of a terminal the line takes. */
export function displayWidth(line: string): number {
  let width = 0;
  for (const { segment } of letters.segment(line)) {
    if (/^\p{M}/u.test(segment)) continue;
    width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** The line, cut with `…` where it is wider. */
export function cutTo(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  let kept = "";
  for (const { segment } of letters.segment(line)) {
    if (displayWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Breaks a paragraph at spaces. A word that is longer than the width stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
