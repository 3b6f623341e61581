"use client";
import { Failure, type FailureProps } from "../../components/frame/failure.tsx";

export default function ConsoleError(props: FailureProps) {
  return <Failure {...props} />;
}
