package app

import "context"

// HearPresent is what the house does each minute.
func (a *App) HearPresent(ctx context.Context) { a.hearPresent(ctx) }

// DropEnded is what the house does every ten seconds.
func (a *App) DropEnded(ctx context.Context) { a.dropEnded(ctx) }

// Connected are the names of the credentials with a connection.
func (a *App) Connected() []string { return a.mqtt.Connected() }
