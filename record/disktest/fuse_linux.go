package disktest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mount is a disk for another program: a file system in user space at the
// folder at, whose files lie in the folder under. What is there is durable. It
// sees each call that the program makes of the kernel, and believes none but
// fsync. Ended with the function that it returns, once the program has ended.
//
// Where it cannot be mounted t is skipped, and says why.
func Mount(t testing.TB, at, under string) (d *Disk, end func()) {
	t.Helper()
	if f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0); err != nil || os.Getuid() != 0 {
		t.Skipf("no file system in user space can be mounted here, so no power is cut under a whole program: user %d, /dev/fuse: %v", os.Getuid(), err)
	} else {
		f.Close()
	}
	d = &Disk{dir: under, files: map[string]*file{}, kept: map[string]bool{}}
	if err := d.load(); err != nil {
		t.Fatal(err)
	}
	root := &fusefs.LoopbackRoot{Path: under}
	root.NewNode = func(root *fusefs.LoopbackRoot, _ *fusefs.Inode, _ string, _ *syscall.Stat_t) fusefs.InodeEmbedder {
		return &node{fusefs.LoopbackNode{RootData: root}, d}
	}
	top := root.NewNode(root, nil, "", nil)
	root.RootNode = top
	soon := time.Second
	server, err := fusefs.Mount(at, top, &fusefs.Options{EntryTimeout: &soon, AttrTimeout: &soon,
		MountOptions: fuse.MountOptions{DirectMountStrict: true, FsName: "disktest"}})
	if err != nil {
		t.Skipf("no file system in user space can be mounted here, so no power is cut under a whole program: %v", err)
	}
	ended := false
	end = func() {
		if ended {
			return
		}
		ended = true
		if err := server.Unmount(); err != nil {
			_ = syscall.Unmount(at, syscall.MNT_DETACH)
			t.Errorf("unmount: %v", err)
		}
	}
	t.Cleanup(end)
	return d, end
}

// load takes what lies in the folder for durable.
func (d *Disk) load() error {
	return filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == d.dir {
			return err
		}
		d.kept[path] = true
		if e.IsDir() {
			return nil
		}
		raw, err := os.ReadFile(path)
		d.files[path] = &file{durable: raw}
		return err
	})
}

// A node is a file or a folder that the kernel asks for.
type node struct {
	fusefs.LoopbackNode
	disk *Disk
}

var (
	_ fusefs.NodeWriter         = (*node)(nil)
	_ fusefs.NodeFsyncer        = (*node)(nil)
	_ fusefs.NodeSetattrer      = (*node)(nil)
	_ fusefs.NodeCreater        = (*node)(nil)
	_ fusefs.NodeUnlinker       = (*node)(nil)
	_ fusefs.NodeRenamer        = (*node)(nil)
	_ fusefs.NodeCopyFileRanger = (*node)(nil)
)

func (n *node) path(names ...string) string {
	return filepath.Join(append([]string{n.RootData.Path, n.Path(n.Root())}, names...)...)
}

func errno(err error) syscall.Errno {
	var no syscall.Errno
	if errors.As(err, &no) {
		return no
	}
	return fusefs.ToErrno(err)
}

// Write notes what is written, and writes it.
func (n *node) Write(ctx context.Context, f fusefs.FileHandle, b []byte, at int64) (uint32, syscall.Errno) {
	if _, err := n.disk.write(n.path(), at, b); err != nil {
		return 0, errno(err)
	}
	return f.(fusefs.FileWriter).Write(ctx, b, at)
}

// Fsync makes a file durable. What lies below is not synchronised: what is
// durable is what the disk keeps in mind.
func (n *node) Fsync(context.Context, fusefs.FileHandle, uint32) syscall.Errno {
	return errno(n.disk.sync(n.path(), false))
}

// OpendirHandle opens a folder.
func (n *node) OpendirHandle(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	h, flags, no := n.LoopbackNode.OpendirHandle(ctx, flags)
	if no != 0 {
		return nil, 0, no
	}
	return &folder{h.(entries), n}, flags, 0
}

// A folder is one that is open.
type folder struct {
	entries
	node *node
}

type entries interface {
	fusefs.FileReaddirenter
	fusefs.FileSeekdirer
	fusefs.FileReleasedirer
}

// Fsyncdir makes the names in it durable.
func (f *folder) Fsyncdir(context.Context, uint32) syscall.Errno {
	return errno(f.node.disk.SyncFolder(f.node.path()))
}

// Setattr may cut a file to a length.
func (n *node) Setattr(ctx context.Context, f fusefs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		if err := n.disk.truncate(n.path(), int64(size)); err != nil {
			return errno(err)
		}
	}
	return n.LoopbackNode.Setattr(ctx, f, in, out)
}

// Create makes a file, of which neither bytes nor name are durable.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fusefs.Inode, fusefs.FileHandle, uint32, syscall.Errno) {
	n.disk.mu.Lock()
	n.disk.file(n.path(name))
	n.disk.mu.Unlock()
	in, f, flags, no := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if no != 0 {
		return nil, nil, 0, no
	}
	return in, seen{f.(handle)}, flags, 0
}

// Open opens a file.
func (n *node) Open(ctx context.Context, flags uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	f, flags, no := n.LoopbackNode.Open(ctx, flags)
	if no != 0 {
		return nil, 0, no
	}
	return seen{f.(handle)}, flags, 0
}

// A seen file is one that the kernel cannot pass through to the folder below,
// behind our back: it knows no more than these.
type seen struct{ handle }

type handle interface {
	fusefs.FileReader
	fusefs.FileWriter
	fusefs.FileFlusher
	fusefs.FileReleaser
	fusefs.FileGetattrer
	fusefs.FileSetattrer
	fusefs.FileLseeker
}

// Unlink removes a name.
func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	if err := n.disk.remove(n.path(name)); err != nil {
		return errno(err)
	}
	return n.LoopbackNode.Unlink(ctx, name)
}

// Rename moves a file.
func (n *node) Rename(_ context.Context, name string, to fusefs.InodeEmbedder, newName string, _ uint32) syscall.Errno {
	return errno(n.disk.Rename(n.path(name), filepath.Join(n.RootData.Path, to.EmbeddedInode().Path(n.Root()), newName)))
}

// CopyFileRange is refused: the kernel then reads and writes.
func (n *node) CopyFileRange(context.Context, fusefs.FileHandle, uint64, *fusefs.Inode, fusefs.FileHandle, uint64, uint64, uint64) (uint32, syscall.Errno) {
	return 0, syscall.ENOSYS
}
