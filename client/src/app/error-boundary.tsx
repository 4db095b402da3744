import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface Props {
  /** What failed, for the sentence: `The floor`. */
  name: string;
  children: ReactNode;
}

/** One panel that fails leaves the others live. */
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <EmptyState
        title={`${this.props.name} could not be shown.`}
        action={<Button onClick={() => this.setState({ error: null })}>Retry</Button>}
      >
        {error.message}
      </EmptyState>
    );
  }
}
