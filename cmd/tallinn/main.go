// Command tallinn is the hub and the command line in one program; see
// "tallinn --help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"tallinn/app/cli"
)

func main() {
	// A first signal asks for an orderly stop; a second one, by then without
	// its handler, ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := cli.Main(ctx, cli.Process{Args: os.Args[1:], Getenv: os.Getenv,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(code)
}
