/**
 * Certificate verification as real programs do it, as a pure function of what was sent, what is trusted, the clock and the host. No
 * cryptography: a signature is good when the key that made it is the issuer's. Work is bounded whatever is sent: Go stops at its own limit
 * of signature checks, OpenSSL at its depth, GnuTLS looks at each certificate sent once.
 */
import { verifyGnutls } from './gnutls.ts';
import { verifyGo } from './go.ts';
import { verifyOpenssl } from './openssl.ts';
import type { Profile } from './profile.ts';
import type { Question, Verdict } from './verdict.ts';

/** What a verifier of this profile says to a server's certificates. */
export function verify(question: Question, profile: Profile): Verdict {
  switch (profile.family) {
    case 'openssl':
      return verifyOpenssl(question, profile);
    case 'go':
      return verifyGo(question, profile);
    case 'gnutls':
      return verifyGnutls(question, profile);
  }
}
