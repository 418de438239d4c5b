import { belowFolder } from '../../backup/key.ts';
import type { Finding } from '../../output/finding.ts';
import { S3Error } from '../../s3/errors/s3-error.ts';
import { listMultipartUploads } from '../../s3/operations/list-multipart-uploads.ts';
import type { Checked } from './checked.ts';
import { ok, unseen, warn } from './findings.ts';

const WHAT = 'unfinished uploads';
/** No upload of a backup takes so long, in milliseconds. */
const OLD = 86_400_000;

/** What failed backups have left in the bucket, that no list shows and that is paid for. */
export async function uploadFinding({ client, session }: Checked): Promise<Finding> {
  const now = Date.now();
  let [all, old, isHidden] = [0, 0, false];
  const exactKeysOnly = (): void => {
    isHidden = true;
  };
  try {
    for await (const page of listMultipartUploads(
      client,
      belowFolder(session.config.folder, ''),
      exactKeysOnly,
    )) {
      all += page.length;
      old += page.filter(
        ({ initiated }) => initiated !== undefined && now - initiated.getTime() > OLD,
      ).length;
    }
  } catch (error) {
    if (!(error instanceof S3Error) || error.status === undefined || error.retryable) throw error;
    return unseen(
      WHAT,
      error.status === 403
        ? 'these keys do not have s3:ListBucketMultipartUploads'
        : 'the server does not list them',
    );
  }
  if (isHidden && all === 0) return unseen(WHAT, 'MinIO lists them by their exact key only');
  if (old === 0) return ok(WHAT, all === 0 ? 'none' : `${all}, all younger than a day`);
  return warn(WHAT, `${old} are older than a day`, 'abort_uploads CONFIG --older-than 1d removes them');
}
