import type { FromShell, ToShell } from './shell.ts';

/**
 * Starts the command lines, in a process of its own that does nothing else. What wait4(2) tells of the memory
 * of an ended child begins at the peak of the process that started it (exec keeps it), so whoever measures the
 * plugin must be smaller than the plugin: the demo with its display is not, this is.
 */
const running = new Set<Bun.Subprocess>();

const tell = (message: FromShell): void => {
  process.send?.(message);
};

function endAll(): void {
  for (const { pid } of running) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}

process.on('message', (message: ToShell) => {
  if (message.kind === 'end') endAll();
  else void run(message);
});

// The demo is gone, however it went: so are its processes.
process.on('disconnect', () => {
  endAll();
  process.exit(0);
});

async function run({ id, argv, cwd, env, input }: Extract<ToShell, { kind: 'run' }>): Promise<void> {
  const child = Bun.spawn([...argv], {
    cwd,
    env: { ...env },
    stdin: input === undefined ? 'ignore' : Bun.file(input),
    stdout: 'pipe',
    stderr: 'pipe',
    // A process group of its own, so that all of a pipeline can be ended, and Ctrl-C reaches the demo alone.
    detached: true,
  });
  running.add(child);
  const [output, errors, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  running.delete(child);
  tell({
    id,
    output,
    errors,
    status,
    peak: child.resourceUsage()?.maxRSS ?? 0,
    ownPeak: process.resourceUsage().maxRSS * 1024,
  });
}
