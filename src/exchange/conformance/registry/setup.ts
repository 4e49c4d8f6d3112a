/** The set-up of a recorded pull, as golden/tools/README.md writes it. Only what is needed; everything else is ignored. */
import { z } from 'zod';

const layer = z.looseObject({ digest: z.string(), compressedBytes: z.number() });
const platform = z.looseObject({ os: z.string(), architecture: z.string(), layers: z.array(layer) });

/** What a part of the registry does wrong to bodies of some length, so many times. */
const fault = z.looseObject({
  minSize: z.number().nullish(),
  maxSize: z.number().nullish(),
  cut: z.number().nullish(),
  status: z.number().nullish(),
  times: z.number().nullish(),
});

export const pullSetupSchema = z.looseObject({
  case: z.string(),
  client: z.string(),
  image: z.string(),
  clientTrust: z.string(),
  rig: z.looseObject({
    proxy: z.string().nullish(),
    bypass: z.array(z.string()).nullish(),
    originDelayMsEachWay: z.number().nullish(),
    originBytesPerSecond: z.number().nullish(),
    maxTls: z.string().nullish(),
    faults: z.record(z.string(), z.union([fault, z.array(fault)])).nullish(),
  }),
  network: z.enum(['ok', 'refused', 'no-such-name', 'resolver-silent', 'no-answer', 'nobody-on-the-link']),
  imagesPresent: z.array(z.string()),
  software: z.record(z.string(), z.unknown()),
  hosts: z.record(z.string(), z.string()),
  images: z.record(z.string(), z.looseObject({ manifestList: z.boolean(), platforms: z.array(platform) })),
});

export type PullSetup = z.output<typeof pullSetupSchema>;
export type Fault = z.output<typeof fault>;
