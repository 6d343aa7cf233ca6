using System.Diagnostics;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Foundation.Tests.Files;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string LockFile => _folder[DataFolderLock.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_waits_is_told_for_whom_and_has_the_lock_when_it_is_given_back()
    {
        DataFolderLock first = DataFolderLock.Take(_folder.Path, "models activate");
        string? holder = null;
        using (DataFolderLock.Take(_folder.Path, patience: TimeSpan.FromMinutes(1), onWait: who =>
        {
            holder = who;
            first.Dispose();
        }))
        {
            Assert.Equal($"models activate (process {Environment.ProcessId} on {Environment.MachineName})", holder);
            Assert.True(DataFolderLock.IsHeld(_folder.Path));
        }
        Assert.False(DataFolderLock.IsHeld(_folder.Path));
    }

    [Fact]
    public void Whoever_keeps_the_lock_is_named_when_patience_ends()
    {
        using DataFolderLock agent = DataFolderLock.Take(_folder.Path);
        DataFolderException taken = Assert.Throws<DataFolderException>(() => DataFolderLock.Take(_folder.Path,
            patience: TimeSpan.FromMilliseconds(150)));
        Assert.True(taken.MayPass);
        Assert.Contains($"in use by another agent (process {Environment.ProcessId} ", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_notes_a_change_is_not_taken_for_an_agent()
    {
        using DataFolderLock command = DataFolderLock.Take(_folder.Path, "models activate");
        Assert.False(DataFolderLock.IsHeld(_folder.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another agent\n999999999\n")]
    [InlineData("\u001b[31mthe manager\nno number\nhere\n")]
    public void A_holder_that_did_not_say_who_it_is_gets_no_name_from_one_before(string? left)
    {
        if (left is not null)
            File.WriteAllText(LockFile + ".holder", left + (left.EndsWith("999\n", StringComparison.Ordinal) ? Environment.MachineName
                + "\n" : ""));
        using var stranger = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        DataFolderException taken = Assert.Throws<DataFolderException>(() => DataFolderLock.Take(_folder.Path));
        Assert.Contains("in use by a program that does not say who it is ('fuser -v ", taken.Message, StringComparison.Ordinal);
        Assert.True(DataFolderLock.IsHeld(_folder.Path));
    }

    [Fact]
    public void A_pipe_in_the_place_of_the_lock_is_named_and_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes of this kind are Linux's.");
        using (Process made = Process.Start("mkfifo", [LockFile]))
            made.WaitForExit();
        DataFolderException never = Assert.Throws<DataFolderException>(
            () => DataFolderLock.Take(_folder.Path, patience: TimeSpan.FromHours(1)));
        Assert.False(never.MayPass);
        Assert.Contains($"'{LockFile}' is no file but a pipe of user {Environment.UserName}. Remove it.", never.Message,
            StringComparison.Ordinal);
        Assert.Equal(never.Message, DataFolderLock.Complaint(_folder.Path));
    }

    [Fact]
    public void A_folder_in_the_place_of_the_lock_is_named()
    {
        Directory.CreateDirectory(LockFile);
        Assert.Contains("is no file but a folder", Assert.Throws<DataFolderException>(() => DataFolderLock.Take(_folder.Path)).Message,
            StringComparison.Ordinal);
    }
}
