/** Pages of what `check-chain` can find in files of certificates. */
import type { Page } from './pages-page.ts';

export const PEM_PAGES: readonly Page[] = [
  {
    code: 'pem.syntax',
    title: 'The lines around a block are wrong',
    means:
      'A block begins with `-----BEGIN …-----` and ends with `-----END …-----`, each at the start of a line of its own and with the same words. Here one of them is missing, differs, or stands somewhere else. An error; nothing is checked.',
    real: 'OpenSSL and Go pass over such a block without a word, or refuse the file with `bad end line`. Typical causes are a file pasted from indented YAML, two files joined without a line break, and a byte order mark of Windows.',
    rehearse: 'Join two files whose last line has no end: `printf %s "$(cat leaf.pem)" | cat - ca.pem`.',
    fix: 'Put each of these lines on its own, without blanks before it, or export the file again; then count its blocks with `grep -c BEGIN`.',
  },
  {
    code: 'pem.encoding',
    title: 'The content of a block is not base64',
    means:
      'Between its first and its last line a block holds letters, digits, `+`, `/` and at its end `=`, in groups of four. A character is none of these, or the groups do not come out even. An error; nothing is checked.',
    real: 'OpenSSL says `bad base64 decode`; Go treats what it finds as text and goes on without the certificate. Mail programs, terminals that break lines and word processors do this.',
    rehearse: 'Put a `*` into the middle of a certificate and check it.',
    fix: 'Copy the block again from where it came from, as a file and not through a window; a checksum on both sides shows whether it arrived.',
  },
  {
    code: 'pem.content',
    title: 'A block does not hold what it says',
    means:
      'The base64 is whole, but its bytes are no certificate or revocation list: cut, damaged, something else, larger than 64 KiB for a certificate or 1 MiB for a list, or with an extension twice. An error; nothing is checked.',
    real: 'OpenSSL says `asn1 encoding routines` with `not enough data` or `wrong tag`; Go says `x509: malformed certificate`. In a store Go leaves such a certificate out silently, and what it vouched for is then unknown.',
    rehearse: 'Delete one line in the middle of a certificate and check it.',
    fix: 'Take the certificate from its issuer again and look at it with `openssl x509 -text -noout`; replace it wherever the damaged one was copied to.',
  },
  {
    code: 'pem.nothing',
    title: 'There is no certificate in the file',
    means:
      'No line of the file begins a block of the kind that is needed: CERTIFICATE for --server and --trust, X509 CRL for --crl. An error; nothing is checked.',
    real: 'The file is often DER, which is not text, a PKCS #7 or PKCS #12 container, a signing request, or a key alone. OpenSSL says `no start line`, Go finds zero certificates and says nothing.',
    rehearse: 'Give a README as --trust.',
    fix: 'Turn it into PEM: `openssl x509 -inform der` for DER, `openssl pkcs7 -print_certs` and `openssl pkcs12 -nokeys` for the containers.',
  },
  {
    code: 'pem.too-many',
    title: 'There are more certificates than are looked at',
    means:
      'A file holds more than a thousand certificates, or so many share their names that finding out who signed what would take more than four thousand attempts. An error; nothing is checked, so that no file can keep the program busy.',
    real: 'Stores of operating systems hold between 130 and 500. Go gives up after a hundred attempts for one chain, with `x509: signature check attempts limit reached while verifying certificate chain`.',
    rehearse: 'Write one certificate ten thousand times into a file and give it as --trust.',
    fix: 'Give what one server sends, and the store that its clients really have; drop what was appended to it again and again by a script.',
  },
  {
    code: 'pem.private-key',
    title: 'A private key lies beside the certificates',
    means:
      'The file has a block with a private key. It is not needed to check a chain and its content is not looked at. A warning; everything else is checked.',
    real: 'HAProxy and some appliances want key and chain in one file, which is then copied to people who only need the chain. With the key of an intercepting proxy anybody can pretend to be any host.',
    rehearse: 'Append a key to a chain: `cat chain.pem key.pem > both.pem`, and check that.',
    fix: 'Keep keys in files that only the server can read. If this file was mailed or put into a repository, have the certificate revoked and make another key.',
  },
  {
    code: 'pem.ignored',
    title: 'A block of another kind was left out',
    means:
      'Only blocks called CERTIFICATE are read from --server and --trust, and only those called X509 CRL from --crl. Another one is left out with this warning; everything else is checked.',
    real: 'OpenSSL also reads X509 CERTIFICATE and TRUSTED CERTIFICATE, Go does not and passes over them without a word. PKCS7 holds certificates that neither sees in a store.',
    rehearse: 'Append a revocation list to a chain and give both as --server.',
    fix: 'Give each file with its own flag. Turn certificates of another name into plain ones with `openssl x509`, so that all programs see the same.',
  },
  {
    code: 'pem.not-judged',
    title: 'A certificate carries more than is judged',
    means:
      'It has constraints on policies, constraints on names other than DNS names and addresses, or a critical extension that only some verifiers know. The verdicts are given as if it were not there. A warning.',
    real: 'OpenSSL compares directory names and mail addresses with such constraints and follows those on policies when it is told to; Go refuses a certificate whose critical constraints it does not know, with `x509: unhandled critical extension`.',
    rehearse: 'Check a chain whose authority permits only one directory name.',
    fix: 'Ask one of the verifiers itself about this chain, for example `openssl verify -x509_strict`, before you rely on what is said here.',
  },
  {
    code: 'pem.loop',
    title: 'Certificates vouch for one another in a circle',
    means:
      'Following who signed whom leads back to where it began, and none of these certificates signed itself. No chain through them ends in a root, unless one of them is trusted as it is. A warning; the verdicts tell what comes of it.',
    real: 'Two authorities that signed each other are common, as with Let’s Encrypt and IdenTrust, but their roots then exist beside them. OpenSSL says `unable to get issuer certificate`, Go says that the authority is unknown.',
    rehearse: 'Send two cross-signed certificates and keep both roots from the store.',
    fix: 'Add the root of one of the two authorities to the store, and let the server send the shortest way to it.',
  },
];
