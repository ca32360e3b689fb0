package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// apart holds programs to cores of this machine: the house to the first, what
// loads it to the others.
type apart struct {
	taskset    string
	all, other string // as taskset reads them
	first      string
}

// newApart finds out which cores there are.
func newApart() (apart, error) {
	path := found("taskset")
	if path == "" {
		return apart{}, errors.New("no taskset on this machine")
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return apart{}, err
	}
	_, rest, _ := strings.Cut(string(status), "Cpus_allowed_list:")
	list, _, _ := strings.Cut(rest, "\n")
	list = strings.TrimSpace(list)
	first, other := firstCore(list)
	if other == "" {
		return apart{}, errors.New("one core only")
	}
	return apart{taskset: path, all: list, first: first, other: other}, nil
}

// firstCore divides a list such as 0-3,6 into its first core and the others.
func firstCore(list string) (first, other string) {
	head, tail, _ := strings.Cut(list, ",")
	first, last, isRange := strings.Cut(head, "-")
	if from, err := strconv.Atoi(first); isRange && err == nil {
		head = fmt.Sprint(from+1) + "-" + last
		if fmt.Sprint(from+1) == last {
			head = last
		}
		tail = strings.Trim(head+","+tail, ",")
	}
	return first, tail
}

// house is what stands before a command that is to run on the first core.
func (a apart) house() []string { return []string{a.taskset, "-c", a.first} }

// load is the same for what loads it.
func (a apart) load() []string { return []string{a.taskset, "-c", a.other} }

// move puts all threads of a process on cores.
func (a apart) move(ctx context.Context, pid int, cores string) error {
	if out, err := exec.CommandContext(ctx, a.taskset, "-a", "-p", "-c", cores, strconv.Itoa(pid)).CombinedOutput(); err != nil {
		return fmt.Errorf("taskset: %w: %.300s", err, out)
	}
	return nil
}

// keep keeps a process off the first core while do runs.
func (a apart) keep(ctx context.Context, pid int, do func() error) (err error) {
	defer func() { err = errors.Join(err, a.move(context.WithoutCancel(ctx), pid, a.all)) }()
	if err := a.move(ctx, pid, a.other); err != nil {
		return err
	}
	return do()
}
