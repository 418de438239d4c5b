import { VERSION } from '../base/product.ts';
import type { CommandResult } from './result.ts';

/**
 * A command's result as one JSON object, `{version, command, result, warnings}`, and a line end. `version` is the
 * program's: within its first number, fields are added and none is removed or changed.
 */
export async function* jsonOf(command: string, result: CommandResult): AsyncGenerator<string> {
  const head = `{"version":${JSON.stringify(VERSION)},"command":${JSON.stringify(command)},"result":`;
  if (result.kind !== 'listing') {
    const { data, warnings } = plain(result);
    yield `${head}${JSON.stringify(data)},"warnings":${JSON.stringify(warnings)}}\n`;
    return;
  }
  let found = 0;
  for await (const page of result.pages) {
    if (page.length === 0) continue;
    const rows = page.map(({ key, size }) => JSON.stringify({ key, size })).join(',');
    // Not before the first page is there: a list that fails prints nothing.
    yield `${found === 0 ? `${head}[` : ','}${rows}`;
    found += page.length;
  }
  const { lookedFor } = result;
  const warnings = found === 0 && lookedFor.length > 0 ? [`nothing found in ${lookedFor.join(' or ')}`] : [];
  yield `${found === 0 ? `${head}[` : ''}],"warnings":${JSON.stringify(warnings)}}\n`;
}

function plain(result: Exclude<CommandResult, { kind: 'listing' }>): {
  readonly data: unknown;
  readonly warnings: readonly string[];
} {
  switch (result.kind) {
    case 'answer':
      return { data: result.data, warnings: result.warnings ?? [] };
    case 'lines':
      return { data: { lines: result.lines }, warnings: result.remarks };
    case 'files': {
      const { directory, files, bytes, leftOut } = result;
      return { data: { directory, files, bytes }, warnings: leftOut };
    }
    case 'deletion': {
      const { where, objects, bytes, uploads, versions = 0, remaining, note } = result;
      const data = { where, objects, bytes, uploads, versions, remaining: remaining ?? null };
      const { replica } = result;
      if (replica !== undefined) {
        const all = { ...data, replica: plain(replica).data };
        return { data: all, warnings: note === undefined ? [] : [note] };
      }
      return { data, warnings: note === undefined ? [] : [note] };
    }
  }
}
