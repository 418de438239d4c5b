import { PLUGIN_API_VERSION } from '../base/product.ts';

/** Prints the version of the plugin interface; gpbackup compares it over all hosts. */
export async function pluginApiVersion(): Promise<void> {
  await Bun.write(Bun.stdout, `${PLUGIN_API_VERSION}\n`);
}
