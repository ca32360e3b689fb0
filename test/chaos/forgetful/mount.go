package main

import (
	"context"
	"slices"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// entry is a node of the disk as the kernel asks for it. A new mount has new
// ones, so that nothing the kernel remembered outlives a power cut.
type entry struct {
	fs.Inode
	disk *disk
	node *node
}

var (
	_ fs.NodeLookuper  = (*entry)(nil)
	_ fs.NodeReaddirer = (*entry)(nil)
	_ fs.NodeGetattrer = (*entry)(nil)
	_ fs.NodeSetattrer = (*entry)(nil)
	_ fs.NodeOpener    = (*entry)(nil)
	_ fs.NodeCreater   = (*entry)(nil)
	_ fs.NodeReader    = (*entry)(nil)
	_ fs.NodeWriter    = (*entry)(nil)
	_ fs.NodeFsyncer   = (*entry)(nil)
	_ fs.NodeFlusher   = (*entry)(nil)
	_ fs.NodeMkdirer   = (*entry)(nil)
	_ fs.NodeUnlinker  = (*entry)(nil)
	_ fs.NodeRmdirer   = (*entry)(nil)
	_ fs.NodeLinker    = (*entry)(nil)
	_ fs.NodeRenamer   = (*entry)(nil)
)

// mounted mounts the disk on a folder. Nothing is cached by the kernel but
// what a mapping of a file needs.
func mounted(d *disk, dir string) (*fuse.Server, error) {
	return fs.Mount(dir, &entry{disk: d, node: d.root}, &fs.Options{
		MountOptions: fuse.MountOptions{DirectMount: true, FsName: "forgetful", Name: "forgetful", DisableXAttrs: true},
	})
}

// lock holds the disk still for one question.
func (e *entry) lock() func() {
	e.disk.mu.Lock()
	return e.disk.mu.Unlock
}

func (n *node) kind() uint32 {
	if n.folder {
		return syscall.S_IFDIR
	}
	return syscall.S_IFREG
}

func (n *node) describe(a *fuse.Attr) {
	a.Ino, a.Mode, a.Size, a.Nlink = n.number, n.kind()|n.mode, uint64(len(n.data)), 1
	a.Blocks = (a.Size + 511) / 512
}

// child is the kernel's handle on a node below this folder.
func (e *entry) child(ctx context.Context, n *node, out *fuse.EntryOut) *fs.Inode {
	n.describe(&out.Attr)
	return e.NewInode(ctx, &entry{disk: e.disk, node: n}, fs.StableAttr{Mode: n.kind(), Ino: n.number})
}

func (e *entry) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer e.lock()()
	n := e.node.now[name]
	if n == nil {
		return nil, syscall.ENOENT
	}
	return e.child(ctx, n, out), 0
}

func (e *entry) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	defer e.lock()()
	var list []fuse.DirEntry
	for name, n := range e.node.now {
		list = append(list, fuse.DirEntry{Name: name, Mode: n.kind(), Ino: n.number})
	}
	slices.SortFunc(list, func(a, b fuse.DirEntry) int { return int(a.Ino) - int(b.Ino) })
	return fs.NewListDirStream(list), 0
}

func (e *entry) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	defer e.lock()()
	e.node.describe(&out.Attr)
	return 0
}

func (e *entry) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	defer e.lock()()
	if mode, ok := in.GetMode(); ok {
		e.node.mode = mode & 0o7777
	}
	if size, ok := in.GetSize(); ok {
		if errno := e.disk.write(e.node, change{size: int64(size)}); errno != 0 {
			return errno
		}
	}
	e.node.describe(&out.Attr)
	return 0
}

func (e *entry) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, 0
}

func (e *entry) Create(ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	defer e.lock()()
	n := e.node.now[name]
	if n == nil {
		n = e.disk.make(false, mode)
		e.node.now[name] = n
	}
	return e.child(ctx, n, out), nil, 0, 0
}

func (e *entry) Read(_ context.Context, _ fs.FileHandle, to []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	defer e.lock()()
	data := e.node.data
	at = min(at, int64(len(data)))
	return fuse.ReadResultData(to[:copy(to, data[at:])]), 0
}

func (e *entry) Write(_ context.Context, _ fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	defer e.lock()()
	if errno := e.disk.write(e.node, change{at: at, data: data}); errno != 0 {
		return 0, errno
	}
	return uint32(len(data)), 0
}

func (e *entry) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	defer e.lock()()
	return e.disk.sync(e.node)
}

func (e *entry) Flush(context.Context, fs.FileHandle) syscall.Errno { return 0 }

func (e *entry) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer e.lock()()
	if e.node.now[name] != nil {
		return nil, syscall.EEXIST
	}
	n := e.disk.make(true, mode)
	e.node.now[name] = n
	return e.child(ctx, n, out), 0
}

func (e *entry) Unlink(_ context.Context, name string) syscall.Errno {
	defer e.lock()()
	delete(e.node.now, name)
	return 0
}

func (e *entry) Rmdir(_ context.Context, name string) syscall.Errno {
	defer e.lock()()
	if n := e.node.now[name]; n != nil && len(n.now) > 0 {
		return syscall.ENOTEMPTY
	}
	delete(e.node.now, name)
	return 0
}

func (e *entry) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer e.lock()()
	if e.node.now[name] != nil {
		return nil, syscall.EEXIST
	}
	n := target.(*entry).node
	e.node.now[name] = n
	return e.child(ctx, n, out), 0
}

func (e *entry) Rename(_ context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	defer e.lock()()
	if flags != 0 {
		return syscall.EINVAL
	}
	to.(*entry).node.now[newName] = e.node.now[name]
	delete(e.node.now, name)
	return 0
}
