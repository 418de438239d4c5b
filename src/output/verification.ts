import { formatSize } from '../base/bytes.ts';
import { formatDuration } from '../base/duration.ts';
import type { CountedTable } from '../catalogue/verify/compare-rows.ts';
import { type FindingKind, MOST_FINDINGS, type VerifyFinding } from '../catalogue/verify/finding.ts';
import type { Shard } from '../catalogue/verify/shard.ts';
import type { Verification } from '../catalogue/verify/verify.ts';
import { escapeControls } from '../log/line.ts';
import { isoOf } from './backup-rows.ts';
import { counted } from './deletion.ts';
import type { Answer, Paper } from './result.ts';

/** How a verification was made. */
export interface VerifiedHow {
  readonly mode: 'quick' | 'read';
  readonly shard: Shard;
  /** Milliseconds. */
  readonly took: number;
}

/** The result of verify_backup. */
export function verificationAnswer(
  verification: Verification,
  how: VerifiedHow,
  warnings: readonly string[],
): Answer {
  const { timestamp, findings, checked, bytes, uncompressed, resumed, tables } = verification;
  const countOf = (kind: FindingKind): number => findings.filter((finding) => finding.kind === kind).length;
  const status = findings.length === 0 ? 'valid' : 'invalid';
  const { mode, shard, took } = how;
  return {
    kind: 'answer',
    data: {
      timestamp,
      date: isoOf(timestamp),
      mode,
      shard: shard.total === 1 ? null : `${shard.number}/${shard.total}`,
      status,
      checked,
      missing: countOf('missing'),
      size: countOf('size'),
      checksum: countOf('checksum'),
      rows: countOf('rows'),
      contents: countOf('contents'),
      unreadable: countOf('unreadable'),
      findings: findings.slice(0, MOST_FINDINGS),
      bytes,
      uncompressed_bytes: mode === 'read' ? uncompressed : null,
      resumed,
      duration_seconds: Math.round(took) / 1000,
      tables: mode === 'read' ? tables.map(tableRow) : null,
    },
    text: (paper) => verificationText(verification, how, paper),
    outcome: status === 'valid' ? 'ok' : 'findings',
    warnings,
  };
}

function tableRow({ timestamp, entry, rows, complete }: CountedTable): unknown {
  const { schema, name, oid, rows: expected, isReplicated } = entry;
  return { timestamp, schema, table: name, oid, rows, expected, replicated: isReplicated, complete };
}

function* verificationText(
  { timestamp, findings, checked, bytes, uncompressed, tables }: Verification,
  { mode, shard, took }: VerifiedHow,
  { colours }: Paper,
): Generator<string> {
  for (const finding of findings.slice(0, MOST_FINDINGS)) yield findingLine(finding);
  if (findings.length > MOST_FINDINGS) yield `and ${findings.length - MOST_FINDINGS} more\n`;
  const isValid = findings.length === 0;
  const verdict = isValid ? 'valid' : 'invalid';
  const painted = colours ? `\u001b[1;${isValid ? 32 : 31}m${verdict}\u001b[0m` : verdict;
  const share = shard.total === 1 ? '' : `, part ${shard.number} of ${shard.total}`;
  const what = isValid ? '' : `: ${counts(findings)}`;
  yield `${timestamp}${share}: ${painted}${what}\n`;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const rate = `${(uncompressed / 1e6 / Math.max(took / 1000, 0.001)).toFixed(0)} MB/s`;
  yield mode === 'quick'
    ? `${counted(checked, 'object')}, ${formatSize(bytes)}: compared by lists; --read reads them\n`
    : `${counted(checked, 'object')}, ${formatSize(bytes)} read, ${formatSize(uncompressed)} uncompressed, ${counted(rows, 'row')} of ${counted(tables.length, 'table')} in ${formatDuration(took)} (${rate})\n`;
}

function findingLine({ kind, key, detail }: VerifyFinding): string {
  return `${kind.padEnd(10)} ${escapeControls(key)} ${escapeControls(detail)}\n`;
}

/** `1 missing, 2 rows`. */
function counts(findings: readonly VerifyFinding[]): string {
  const numbers = new Map<string, number>();
  for (const { kind } of findings) numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  return [...numbers].map(([kind, number]) => `${number} ${kind}`).join(', ');
}
