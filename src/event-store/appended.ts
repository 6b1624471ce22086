import { Injectable } from '@nestjs/common';

type Listener = (book: string, events: number) => void;

/** Tells those who follow the event store in this process that a book has grown. Others find out by asking. */
@Injectable()
export class Appended {
  private readonly listeners = new Set<Listener>();

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  announce(book: string, events: number): void {
    for (const listener of this.listeners) listener(book, events);
  }
}
