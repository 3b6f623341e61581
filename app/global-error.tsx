"use client";
import "./globals.css";
import { Failure, type FailureProps } from "../components/frame/failure.tsx";

/** The root layout itself failed: a page of its own, in the system's theme. */
export default function GlobalError(props: FailureProps) {
  return (
    <html lang="en">
      <body>
        <main>
          <Failure {...props} />
        </main>
      </body>
    </html>
  );
}
