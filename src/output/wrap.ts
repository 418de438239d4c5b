/** Columns of a terminal that everybody has. */
export const COLUMNS = 80;

/** Breaks a text into lines of at most `width` characters at its spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Two columns: names, and next to them what they mean, broken to stay within 80 columns. */
export function definitions(rows: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .flatMap(([name, text]) => {
      const [first = '', ...more] = wrap(text, COLUMNS - width);
      return [
        `  ${name.padEnd(width - 2)}${first}`.trimEnd(),
        ...more.map((line) => ' '.repeat(width) + line),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
