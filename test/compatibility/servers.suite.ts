import { serversNamed } from '../../lab/servers/registry.ts';
import { deviationsOf } from './deviations.ts';
import { describeServer } from './suite.ts';

/** The cases on the real servers that the environment names; they have been installed before. */
const names = (process.env['SERVERS'] ?? '').split(' ').filter((name) => name !== '');
for (const server of serversNamed(names)) {
  const { name, title } = server;
  describeServer({
    name,
    title,
    kind: 'server',
    deviations: deviationsOf(name),
    start: () => server.start(),
  });
}
