import { parseTimestamp } from '../backup/timestamp.ts';
import { UsageError } from '../base/plugin-error.ts';
import type { BackupSet } from '../catalogue/backup-set.ts';
import { foundSet } from '../catalogue/select-sets.ts';
import { readSetTables, type SetTable } from '../catalogue/set-tables.ts';
import { surveyBackup } from '../catalogue/survey.ts';
import { TableSizes } from '../catalogue/table-sizes.ts';
import { findingsOfContents, findingsOfList } from '../catalogue/wholeness.ts';
import { backupDetails, isSortField, SORT_FIELDS } from '../output/backup-details.ts';
import { detailsText } from '../output/details-text.ts';
import type { Answer } from '../output/result.ts';
import type { S3Client } from '../s3/client.ts';
import { S3Error } from '../s3/errors/s3-error.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { openSession } from '../session/session.ts';

interface Args {
  readonly config: string;
  readonly timestamp: string;
}

interface Flags {
  readonly tables?: boolean | undefined;
  readonly segments?: boolean | undefined;
  readonly sort?: string | undefined;
}

/** `show_backup CONFIG TIMESTAMP`: what is known of one backup. */
export async function showBackup(
  { args, flags }: CommandInput<Args, Flags>,
  context: CommandContext,
): Promise<Answer> {
  const timestamp = parseTimestamp(args.timestamp);
  const { sort = 'name', tables: withTables = false, segments: withSegments = false } = flags;
  if (!isSortField(sort)) {
    throw new UsageError(`"${sort}" is not a valid order (expected ${SORT_FIELDS.join(', ')})`);
  }
  const { client, config } = await openSession(args.config, context);
  const sizes = new TableSizes();
  const set = await foundSet(client, config.folder, timestamp, sizes.add);
  const warnings: string[] = [];
  const tables = await tablesOf(client, set, sizes, warnings);
  const survey = await surveyBackup(client, set.prefix);
  const segmentCount =
    set.config === undefined || set.config.segmentCount === 0 ? undefined : set.config.segmentCount;
  const findings = new Set(
    [...findingsOfList(survey), ...findingsOfContents(survey, tables ?? [], segmentCount)].map(
      ({ text }) => text,
    ),
  );
  const details = backupDetails(set, {
    tables: tables ?? [],
    segments: sizes.segments(),
    isSingle: sizes.isSingle,
    findings: [...findings],
    withTables,
    withSegments,
    sort,
  });
  return {
    kind: 'answer',
    data: details,
    text: (paper) => detailsText(details, paper),
    warnings,
  };
}

/** A set of which the rest can be shown is shown without its tables. */
async function tablesOf(
  client: S3Client,
  set: BackupSet,
  sizes: TableSizes,
  warnings: string[],
): Promise<readonly SetTable[] | undefined> {
  try {
    const tables = await readSetTables(client, set, sizes);
    if (tables === undefined) warnings.push('its table of contents is missing: its tables are not known');
    return tables;
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined) throw error;
    warnings.push(`its tables are not known: ${error.message}`);
    return undefined;
  }
}
