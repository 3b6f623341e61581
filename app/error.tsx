"use client";
import { Failure, type FailureProps } from "../components/frame/failure.tsx";

export default function RootError(props: FailureProps) {
  return (
    <main>
      <Failure {...props} />
    </main>
  );
}
