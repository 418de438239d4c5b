import { belowFolder } from '../backup/key.ts';
import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/plugin-error.ts';
import { type JudgedUpload, judgedUploads } from '../catalogue/stale-uploads.ts';
import { abortedResult, abortedText, type UploadRow, uploadRow } from '../output/aborted-uploads.ts';
import type { Answer } from '../output/result.ts';
import { abortMultipartUpload } from '../s3/operations/abort-multipart-upload.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { Progress } from '../session/progress.ts';
import { openSession } from '../session/session.ts';

interface Flags {
  readonly 'older-than'?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
}

const DAY = '1d';
const MINIO =
  'MinIO lists unfinished uploads by their exact key only, so none was looked at; it removes those that are older than a day by itself (stale_uploads_expiry)';

/** `abort_uploads CONFIG [--older-than 1d] [--dry-run]`: removes unfinished uploads below the folder. */
export async function abortUploads(
  { args: { config: configPath }, flags }: CommandInput<{ readonly config: string }, Flags>,
  context: CommandContext,
): Promise<Answer> {
  const text = flags['older-than'] ?? DAY;
  const olderThan = parseDuration(text);
  if (olderThan === undefined)
    throw new UsageError(`--older-than: "${text}" is not a valid duration (expected 12h, 1d or 90m)`);
  const isDryRun = flags['dry-run'] === true;
  const { client, config, log } = await openSession(configPath, context);
  const prefix = belowFolder(config.folder, '');
  const warnings: string[] = [];
  const rows: UploadRow[] = [];
  const progress = new Progress();
  const abort = async (upload: JudgedUpload): Promise<void> => {
    if (isDryRun) return;
    await abortMultipartUpload(client, upload.key, upload.uploadId);
    const began = upload.initiated?.toISOString() ?? 'some time ago';
    log.info(`removed the unfinished upload of ${client.url(upload.key)}, begun ${began}`);
  };
  const noteMinio = (): void => void warnings.push(MINIO);
  try {
    for await (const upload of judgedUploads(client, prefix, olderThan, noteMinio, abort)) {
      progress.show('uploads', rows.length, undefined, upload.key);
      rows.push(uploadRow(upload));
    }
  } finally {
    progress.clear();
  }
  const result = abortedResult(rows, { isDryRun, olderThan });
  return { kind: 'answer', data: result, text: () => abortedText(result), warnings };
}
