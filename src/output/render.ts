import { escapeControls } from '../log/line.ts';
import { deletionText } from './deletion.ts';
import { listTable } from './list-table.ts';
import type { CommandResult, Listed, Paper } from './result.ts';

/** A piece of what a command says: its result, or a remark about it, a line without its end. */
export type Shown = { readonly out: string } | { readonly remark: string };

/** A command's result as text. */
export async function* render(result: CommandResult, paper: Paper): AsyncGenerator<Shown> {
  switch (result.kind) {
    case 'answer':
      for await (const out of result.text(paper)) yield { out };
      for (const remark of result.warnings ?? []) yield { remark };
      return;
    case 'deletion':
      yield { out: `${escapeControls(deletionText(result))}\n` };
      if (result.replica !== undefined) yield { out: `${escapeControls(deletionText(result.replica))}\n` };
      return;
    case 'files':
      return;
    case 'lines':
      for (const line of result.lines) yield { out: `${escapeControls(line)}\n` };
      for (const remark of result.remarks) yield { remark };
      return;
    case 'listing': {
      let found = 0;
      const counting = async function* (): AsyncGenerator<readonly Listed[]> {
        for await (const page of result.pages) {
          found += page.length;
          yield page;
        }
      };
      for await (const text of listTable(counting(), paper.terminal)) yield { out: text };
      if (found === 0 && result.lookedFor.length > 0)
        yield { remark: `nothing found in ${result.lookedFor.join(' or ')}` };
    }
  }
}
