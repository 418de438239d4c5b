import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchArguments {
  /** Small sizes, one run: shows that it works, not how fast anything is. */
  readonly quick: boolean;
  /** Ids of cases; empty: all. */
  readonly only: readonly string[];
  readonly runs: number | undefined;
  /** Another plugin with the same commands and config file. */
  readonly peer: string | undefined;
  /** Whether rclone, s5cmd and the AWS CLI take part. */
  readonly peers: boolean;
  /** Where the document, its data and its pictures go; undefined: docs/, or the cache for a quick bench. */
  readonly output: string | undefined;
  /** Nothing is measured: the document and its pictures are written again from its data. */
  readonly render: boolean;
}

export const USAGE = `npm run bench -- [--quick] [--only CASE[,CASE...]] [--runs N] [--peer PATH] [--no-peers] [--output FOLDER] | --render`;

/** @throws {Error} with words for a person. */
export function parseBenchArguments(args: readonly string[], cases: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      peer: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      output: { type: 'string' },
      render: { type: 'boolean', default: false },
    },
  });
  const only = values.only.flatMap((ids) => ids.split(','));
  const unknown = only.filter((id) => !cases.includes(id));
  if (unknown.length > 0)
    throw new Error(`no such case: ${unknown.join(', ')}; there are ${cases.join(', ')}`);
  if (values.runs !== undefined && !/^[1-9]\d{0,3}$/.test(values.runs)) {
    throw new Error(`--runs ${values.runs}: must be a number from 1 on`);
  }
  return {
    quick: values.quick,
    only,
    runs: values.runs === undefined ? undefined : Number(values.runs),
    peer: values.peer,
    peers: !values['no-peers'],
    output: values.output,
    render: values.render,
  };
}
