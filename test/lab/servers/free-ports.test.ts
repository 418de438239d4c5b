import { expect, test } from 'bun:test';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePorts } from '../../../lab/servers/free-ports.ts';

test('free ports are all different, can be listened on, and the kernel gives them to no connection', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  const [lowest = 0] = (await Bun.file('/proc/sys/net/ipv4/ip_local_port_range').text()).trim().split(/\s+/);
  expect(ports.filter((port) => port >= Number(lowest))).toEqual([]);
  for (const port of ports) {
    const listener = createServer().listen(port, '127.0.0.1');
    await once(listener, 'listening');
    listener.close();
  }
});
