import { PluginError, reasonOf } from '../../base/plugin-error.ts';
import type { Finding } from '../../output/finding.ts';
import type { Setting } from '../../s3/operations/bucket-setting.ts';

export function ok(what: string, detail: string): Finding {
  return { status: 'ok', what, detail };
}

export function warn(what: string, detail: string, hint?: string): Finding {
  return { status: 'warn', what, detail, hint };
}

export function fail(what: string, detail: string, hint?: string): Finding {
  return { status: 'FAIL', what, detail, hint };
}

/** @param why such as: these keys may not see it */
export function unseen(what: string, why: string): Finding {
  return { status: 'ok', what, detail: `can't be seen: ${why}`, unseen: true };
}

/** What an error says. @throws what is a defect of this program */
export function failedBy(what: string, error: unknown): Finding {
  if (!(error instanceof PluginError)) throw error;
  const { message, hint, failure } = error;
  return { status: 'FAIL', what, detail: message.replaceAll(/\s*\n\s*/g, ' '), hint, failure };
}

/** Why a setting of the bucket is not known. */
export function unseenSetting(
  what: string,
  setting: Extract<Setting<unknown>, { unseen: string }>,
  permission: string,
): Finding {
  return unseen(
    what,
    setting.unseen === 'denied'
      ? `these keys do not have ${permission}`
      : 'the server does not know this question',
  );
}

/** The reason of anything thrown, in one line. */
export function oneLine(error: unknown): string {
  return reasonOf(error).replaceAll(/\s*\n\s*/g, ' ');
}
