/** The closed list of flows. Their order is the order in which they react to one event. */
import type { Flow } from '../kernel/model.ts';
import { address } from './address.ts';
import { astray } from './astray.ts';
import { clusterFlow } from './cluster.ts';
import { dhcpFlow } from './dhcp.ts';
import { place } from './place.ts';
import { power } from './power.ts';
import { provision } from './provision.ts';
import { pull } from './pull.ts';
import { readiness } from './readiness.ts';
import { roots } from './roots.ts';
import { script } from './script.ts';

export const FLOWS: readonly Flow[] = [
  power,
  place,
  provision,
  address,
  dhcpFlow,
  script,
  roots,
  pull,
  readiness,
  clusterFlow,
  astray,
];
