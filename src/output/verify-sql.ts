import type { Answer } from './result.ts';
import { shellWord, sqlComment, sqlString } from './sql-text.ts';
import { LINE_COLUMNS } from './verification-lines.ts';

/**
 * SQL for Greenplum 6 and 7 and Cloudberry: an external web table whose program each segment runs (`EXECUTE … ON ALL`), and
 * one query that sums up what they print. It reads the table once: each reading verifies once more.
 */
export function verifySql(
  timestamp: string,
  { program, config }: { readonly program: string; readonly config: string },
  { mode, chain }: { readonly mode: 'quick' | 'read'; readonly chain: boolean },
): Answer {
  const words = [
    program,
    'verify_backup',
    config,
    timestamp,
    `--${mode}`,
    ...(chain ? ['--chain'] : []),
    '--shard',
    'auto',
    '--csv',
  ];
  const execute = `exec ${words.map(shellWord).join(' ')}`;
  const name = `verify_backup_${timestamp}`;
  const columns = LINE_COLUMNS.map(([column, type]) => `  ${column} ${type}`).join(',\n');
  const sql = `${sqlComment(`Verifies the backup ${timestamp} on all segments, each its own files.`)}
${sqlComment(`The program and the config file must be on all hosts: ${program}, ${config}`)}
CREATE EXTERNAL WEB TABLE ${name} (
${columns}
)
EXECUTE ${sqlString(execute)} ON ALL
FORMAT 'CSV' ENCODING 'UTF8';

${sqlComment('All lines have the same status. A table is good when its segments have as many rows as were backed up;')}
${sqlComment('done is good when all segments have answered; each other line is a finding.')}
SELECT CASE WHEN bool_and(good) OVER () THEN 'valid' ELSE 'invalid' END AS status,
  item, object, table_name, found, expected, segments, detail
FROM (
  SELECT item, object, table_name, table_oid, detail,
    sum(found) AS found, max(expected) AS expected, count(*) AS segments,
    CASE item
      WHEN 'table' THEN sum(found) = max(expected) OR
        (coalesce(detail, '') = 'replicated' AND min(found) = max(expected) AND max(found) = max(expected))
      WHEN 'done' THEN count(*) = max(expected)
      ELSE false
    END AS good
  FROM ${name}
  GROUP BY item, object, table_name, table_oid, detail
) AS items
ORDER BY good, item, object, table_name;

DROP EXTERNAL TABLE ${name};
`;
  return { kind: 'answer', data: { timestamp, sql, execute }, text: () => [sql] };
}
