import { keySuffix } from '../sink/object-size.ts';
import { type Case, CONSUME, type Scale, SHORT_PATIENCE } from './case.ts';

const KILOBYTE = 1024;

/** Processes that hardly do anything: gpbackup starts one a table. */
export function startUpCases({ pick }: Scale): readonly Case[] {
  const runs = pick(200, 1);
  const common = { group: 'start-up', runs, bytes: 0, patience: SHORT_PATIENCE, processes: () => 1 } as const;
  return [
    {
      ...common,
      id: 'version',
      title: '`plugin_api_version` (the others: their version)',
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'version' }, http);
        return client && [{ client }];
      },
    },
    {
      ...common,
      id: 'store-1kB',
      title: '`backup_file` of 1 kB',
      lanes: (peer, { http, file }) => {
        const client = peer.command({ kind: 'store file', name: 'small', file: file(KILOBYTE) }, http);
        return client && [{ client }];
      },
    },
    {
      ...common,
      id: 'store-1kB-kept',
      title:
        '`backup_file` of 1 kB with keys of the config file, and with keys that another process was given',
      only: 'sign-ins',
      lanes: (peer, { http, file }) => {
        const client = peer.command({ kind: 'store file', name: 'small', file: file(KILOBYTE) }, http);
        return client && [{ client }];
      },
    },
    {
      ...common,
      id: 'restore-1kB',
      title: '`restore_data` of 1 kB',
      lanes: (peer, { http }) => {
        const client = peer.command({ kind: 'down', name: `small${keySuffix(KILOBYTE)}` }, http);
        return client && [{ client, consumer: CONSUME }];
      },
    },
  ];
}
