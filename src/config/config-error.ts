import { type Failure, PluginError } from '../base/plugin-error.ts';

/** The config file can't be used; `problems` contains all that is wrong with it, one line each, no secret in any. */
export class ConfigError extends PluginError {
  readonly path: string;
  readonly problems: readonly string[];

  constructor(
    path: string,
    problems: readonly string[],
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    const [first = 'unreadable', ...others] = problems;
    const text = others.length === 0 ? first : problems.map((problem) => `\n  - ${problem}`).join('');
    super(`config file ${path}:${others.length === 0 ? ' ' : ''}${text}`, options);
    this.path = path;
    this.problems = problems;
  }

  override get failure(): Failure {
    return 'usage';
  }
}
