package app

import "context"

// HearPresent is what the house does each minute.
func (a *App) HearPresent(ctx context.Context) { a.hearPresent(ctx) }

// DropEnded is what the house does every ten seconds.
func (a *App) DropEnded(ctx context.Context) { a.dropEnded(ctx) }

// PromiseNights is what the house does each hour.
func (a *App) PromiseNights(ctx context.Context) { a.promiseNights(ctx) }

// ForgetCredential is what the page has the doors do.
func (a *App) ForgetCredential(username string) { a.forgetCredential(username) }

// Connected is how many MQTT clients have a connection.
func (a *App) Connected() int { return len(a.mqtt.Connected()) }
