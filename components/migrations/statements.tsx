import type { Statement } from "../../lib/ledger/split-statements.ts";
import { formatNoun } from "../ui/quantities.ts";

export interface StatementsProps {
  /** Each message that the tool sends, cut into its statements. */
  readonly messages: readonly (readonly Statement[])[];
}

/** A migration's statements, each with an address of its own: `#statement-3`. */
export function Statements({ messages }: StatementsProps) {
  const starts = messages.map((_, at) => messages.slice(0, at).reduce((sum, each) => sum + each.length, 0));
  return (
    <div className="flex flex-col gap-3">
      {messages.map((statements, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no name but their turn
        <section key={at} aria-label={`Message ${at + 1} of ${messages.length}`}>
          {messages.length > 1 && (
            <p className="mb-1 text-xs text-ink-soft">
              sent {at + 1} of {messages.length}
              {statements.length > 1 &&
                `, ${formatNoun(statements.length, "statement", "statements")} together`}
            </p>
          )}
          <ol className="flex flex-col gap-2">
            {statements.map(({ text, line }, index) => (
              <OneStatement
                // biome-ignore lint/suspicious/noArrayIndexKey: two statements of a file may be one text
                key={index}
                number={starts[at]! + index + 1}
                text={text}
                line={line}
              />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function OneStatement({ number, text, line }: Statement & { readonly number: number }) {
  const id = `statement-${number}`;
  return (
    <li id={id} className="min-w-0 scroll-mt-16 rounded-md border target:border-accent">
      <p className="flex justify-between border-b bg-sunken px-2 py-0.5 text-xs text-ink-soft">
        <a href={`#${id}`} className="hover:underline">
          Statement {number}
        </a>
        <span>line {line}</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto p-2 font-mono text-xs leading-5">
        {text}
      </pre>
    </li>
  );
}
