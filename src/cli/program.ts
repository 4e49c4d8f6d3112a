/** The verbs as commander knows them. No verb's code is loaded before it is called. */
import { Command } from 'commander';
import type { Call, Options } from './call.ts';
import { plain } from './text.ts';
import { COMMON, type Flag, type Verb } from './verb.ts';

export type Dispatch = (verb: Verb, call: Omit<Call, 'terminal'>) => Promise<void>;

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function withFlag(command: Command, { flags, about, many }: Flag): void {
  if (many === true) command.option(flags, about, collect);
  else command.option(flags, about);
}

/** Examples, as they stand at the top of a verb's help. */
export function exampleLines(examples: Verb['examples']): string[] {
  return examples.flatMap(([command, about]) => [...(about === '' ? [] : [`  # ${about}`]), `  ${command}`]);
}

function addVerb(program: Command, verb: Verb, dispatch: Dispatch): void {
  const command = program.command(verb.name).description(verb.about);
  for (const [syntax, about] of verb.args) command.argument(syntax, about);
  for (const flag of [...verb.flags, ...COMMON]) withFlag(command, flag);
  command.addHelpText('before', ['Examples:', ...exampleLines(verb.examples), ''].join('\n'));
  command.addHelpText('after', `\nJSON: ${verb.json}`);
  command.allowExcessArguments(false);
  command.action(async (...received: unknown[]) => {
    // What commander hands over: one value per argument, then the options, then the command.
    const args = received
      .slice(0, -2)
      .flat()
      .filter((arg) => typeof arg === 'string');
    const { color: globalColor } = program.opts<Options>();
    const options = command.opts<Options>();
    await dispatch(verb, {
      args,
      options: { ...options, color: options.color !== false && globalColor !== false },
    });
  });
}

/** A verb and its arguments, as the list of verbs shows it. */
function termOf(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...args].join(' ');
}

const TOP_EXAMPLES: Verb['examples'] = [
  ['premortem init', 'write scenario.yaml'],
  ['premortem run scenario.yaml', 'rehearse it'],
  ['premortem why runs/NAME.pmlog', 'from the failure back to lines of the scenario'],
  ['premortem explain tls.untrusted-issuer', 'what a failure means on real systems'],
];

const EXIT_TEXT = `
Exit codes:
  0 done   1 a mistake of premortem   2 wrong usage or input   3 an expectation or threshold failed
  4 log damaged   5 cannot write   6 re-execution differs   130 interrupted`;

/** The whole command line. Errors and help are thrown as commander's exceptions, to be turned into exit codes. */
export function makeProgram(
  version: string,
  verbs: readonly Verb[],
  dispatch: Dispatch,
  streams: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Command {
  const program = new Command('premortem');
  program
    .description('Rehearse a change to virtualization infrastructure before touching a real host.')
    .version(version, '--version', 'print the version')
    .option('--no-color', 'no colours; also NO_COLOR=1')
    .exitOverride()
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({
      writeOut: streams.out,
      writeErr: streams.err,
      outputError: (text, write) => write(`${plain(text)}\n`),
    })
    .showHelpAfterError('(premortem --help lists verbs and flags)')
    .addHelpText('before', ['Examples:', ...exampleLines(TOP_EXAMPLES), ''].join('\n'))
    .addHelpText('after', EXIT_TEXT);
  for (const verb of verbs) addVerb(program, verb, dispatch);
  return program;
}
