import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './cached-folder.ts';
import { runInstaller } from './installer.ts';

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const quietly = ['--batch-mode', '--no-transfer-progress', '--quiet'] as const;

/** Something in Maven's repository. */
export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Fetches artifacts with all that they depend on, if that has not been done before.
 * @param folder gets the jar files
 * @throws NotInstallable
 */
export async function installMavenPackages(folder: string, artifacts: readonly Artifact[]): Promise<void> {
  const what = `${artifacts[0]?.name} ${artifacts[0]?.version}`;
  await fillOnce(folder, what, async (unfinished) => {
    const project = join(unfinished, 'pom.xml');
    await writeFile(project, projectOf(artifacts));
    await runInstaller(what, [
      'mvn',
      ...quietly,
      `--file=${project}`,
      `${plugin}:copy-dependencies`,
      `-DoutputDirectory=${unfinished}`,
    ]);
  });
}

/**
 * Fetches a single jar file that has all it needs inside.
 * @param classifier which of the artifact's jar files
 * @param folder gets NAME-VERSION-CLASSIFIER.jar
 * @throws NotInstallable
 */
export async function installMavenJar(
  folder: string,
  { group, name, version }: Artifact,
  classifier: string,
): Promise<void> {
  const what = `${name} ${version}`;
  await fillOnce(folder, what, async (unfinished) => {
    await runInstaller(what, [
      'mvn',
      ...quietly,
      `${plugin}:copy`,
      `-Dartifact=${group}:${name}:${version}:jar:${classifier}`,
      `-DoutputDirectory=${unfinished}`,
    ]);
  });
}

function projectOf(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>servers</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}
