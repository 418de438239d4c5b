import { parseTimestamp } from '../backup/timestamp.ts';
import { deletionAnswer } from '../output/deleted-replica.ts';
import type { Answer } from '../output/result.ts';
import type { CommandContext, CommandInput } from '../session/command.ts';
import { deleteReplicaOf } from '../session/delete-replica.ts';
import { openSecond } from '../session/second-site.ts';
import { openSession } from '../session/session.ts';

/** `delete_replica CONFIG TIMESTAMP`: deletes everything of one backup at the second site, and nothing at the first. */
export async function deleteReplica(
  { args }: CommandInput<{ readonly config: string; readonly timestamp: string }>,
  context: CommandContext,
): Promise<Answer> {
  const timestamp = parseTimestamp(args.timestamp);
  const { config } = await openSession(args.config, context);
  const deletion = await deleteReplicaOf(await openSecond(config, context, 'short'), timestamp);
  return deletionAnswer(timestamp, deletion);
}
