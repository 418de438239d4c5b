import { cloudProfiles } from './clouds.ts';
import { onPremisesProfiles } from './on-premises.ts';
import type { Profile } from './profile.ts';

/** A profile for every row of the program's table of providers, in its order. */
export const profiles: readonly Profile[] = [...cloudProfiles, ...onPremisesProfiles];

/** @throws when there is no such profile */
export function profileOf(provider: string): Profile {
  const profile = profiles.find((one) => one.provider === provider);
  if (profile === undefined) throw new Error(`no profile plays ${provider}`);
  return profile;
}
