import { SOAK_COMMANDS } from '../soak/result.ts';
import { soak } from '../soak/soak.ts';
import { faultCase } from './fault-case.ts';
import { RealServer } from './real-server.ts';

faultCase(
  'Network',
  'a short soak: backups, restores and deletes by 16 processes through random faults',
  async (tries) => {
    await using server = await RealServer.start();
    const result = await soak({
      server,
      serverTitle: 'SeaweedFS',
      milliseconds: 20_000,
      processes: 16,
      seed: 20_261_122,
      largest: 20_000_000,
      signal: new AbortController().signal,
    });
    if (result === undefined) throw new Error('the soak was ended early');
    if (Object.keys(result.faults).length < 5) throw new Error('hardly a fault was put on anything');
    for (const { survived, failedCleanly } of SOAK_COMMANDS.map((name) => result.commands[name])) {
      for (let count = 0; count < survived; count += 1) tries.survived();
      for (let count = 0; count < failedCleanly; count += 1) tries.failedCleanly();
    }
  },
  { timeout: 240_000 },
);
