using EdgeInspector.Capture.Cameras.Folders;

namespace EdgeInspector.Capture.Tests.Cameras.Folders;

public sealed class FolderMemoryTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 11, 28, 6, 0, 0, DateTimeKind.Utc);
    private static readonly ContentHash Content = ContentHash.Of("a picture"u8);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLog _log = new();

    private string MemoryPath => _folder["folders/weld-3.txt"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_known_as_it_was_and_by_its_content()
    {
        FolderMemory memory = Open();
        Assert.True(memory.IsNew);
        memory.Remember(File(1), Content);
        Assert.True(memory.IsDone(File(1)));
        Assert.False(memory.IsDone(File(1) with { Changed = Start }));
        Assert.True(memory.HasSeen("1.png", Content));
        Assert.False(memory.HasSeen("1.png", ContentHash.Of("another"u8)));
        Assert.False(memory.HasSeen("2.png", Content));
    }

    [Fact]
    public void A_file_that_was_passed_over_has_no_content()
    {
        FolderMemory memory = Open();
        memory.Remember(File(1), ContentHash.Unknown);
        Assert.True(memory.IsDone(File(1)));
        Assert.False(memory.HasSeen("1.png", ContentHash.Unknown));
    }

    [Fact]
    public void The_memory_outlives_the_agent_with_names_of_any_kind()
    {
        FolderMemory before = Open();
        string[] names = ["a b.png", "two\nlines.png", "ü \"quoted\" \\.png", "+ 0 .png"];
        foreach (string name in names)
            before.Remember(File(1) with { Name = name }, Content);
        before.Remember(File(2), Content);
        before.Forget("2.png");
        before.Close();
        FolderMemory after = Open();
        Assert.False(after.IsNew);
        Assert.All(names, name => Assert.True(after.HasSeen(name, Content), name));
        Assert.False(after.Knows("2.png"));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void A_line_that_was_not_written_to_its_end_is_left_out_and_the_others_hold()
    {
        FolderMemory before = Open();
        before.Remember(File(1), Content);
        before.Remember(File(2), Content);
        before.Close();
        byte[] whole = System.IO.File.ReadAllBytes(MemoryPath);
        for (int length = whole.Length - 1; length > 0; length--)
        {
            System.IO.File.WriteAllBytes(MemoryPath, whole[..length]);
            FolderMemory after = Open();
            Assert.True(after.Knows("1.png") || !after.Knows("2.png"), $"{length} bytes");
            after.Remember(File(3), Content);
            after.Close();
            Assert.True(Open().Knows("3.png"));
        }
    }

    [Fact]
    public void Rubbish_in_the_memory_file_is_passed_over()
    {
        var random = new Random(20261128);
        FolderMemory before = Open();
        for (int file = 0; file < 20; file++)
            before.Remember(File(file), Content);
        before.Close();
        byte[] whole = System.IO.File.ReadAllBytes(MemoryPath);
        for (int round = 0; round < 500; round++)
        {
            byte[] spoilt = [.. whole];
            for (int hits = random.Next(1, 9); hits > 0; hits--)
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            System.IO.File.WriteAllBytes(MemoryPath, spoilt);
            FolderMemory after = Open();
            Assert.InRange(after.Count, 0, 20);
            after.Close();
        }
    }

    [Fact]
    public void The_memory_of_another_folder_is_not_taken()
    {
        FolderMemory before = Open();
        before.Remember(File(1), Content);
        before.Close();
        var other = new FolderMemory(new MemoryFile(MemoryPath, _folder["other"], _log));
        Assert.True(other.IsNew);
        Assert.False(other.Knows("1.png"));
    }

    [Fact]
    public void A_memory_file_that_can_t_be_written_is_told_once_and_stops_nothing()
    {
        System.IO.File.WriteAllText(_folder["folders"], "a file where the folder should be");
        FolderMemory memory = Open();
        memory.Remember(File(1), Content);
        memory.Remember(File(2), Content);
        Assert.True(memory.IsDone(File(2)));
        Assert.Single(_log.Lines, line => line.Contains("only until the agent ends", StringComparison.Ordinal));
    }

    [Fact]
    public void When_there_are_too_many_those_that_are_gone_are_forgotten_and_no_other()
    {
        FolderMemory memory = Open(leastFull: 100);
        for (int file = 0; file < 1000; file++)
            memory.Remember(File(file), Content);
        Assert.True(memory.IsFull);
        HashSet<string> present = [.. Enumerable.Range(950, 60).Select(file => $"{file}.png")];
        memory.KeepOnly(present);
        memory.Close();
        foreach (FolderMemory each in new[] { memory, Open(leastFull: 100) })
        {
            Assert.Equal((50, false), (each.Count, each.IsFull));
            Assert.True(each.IsDone(File(999)));
            Assert.False(each.IsDone(File(949)));
            // Never seen, with a time as old as it likes.
            Assert.False(each.IsDone(File(1000) with { Changed = DateTime.UnixEpoch }));
        }
    }

    [Fact]
    public void Of_a_folder_that_is_away_nothing_is_forgotten()
    {
        FolderMemory memory = Open(leastFull: 10);
        for (int file = 0; file < 20; file++)
            memory.Remember(File(file), Content);
        memory.KeepOnly(new HashSet<string>());
        Assert.Equal(20, memory.Count);
        // Another program empties the folder, and new files come: those before are really gone.
        memory.KeepOnly(new HashSet<string> { "another.png" });
        Assert.Equal((0, false), (memory.Count, memory.IsFull));
    }

    [Fact]
    public void The_memory_file_does_not_grow_without_end()
    {
        FolderMemory memory = Open();
        for (int round = 0; round < 20_000; round++)
            memory.Remember(File(round % 3) with { Changed = Start.AddSeconds(round) }, Content);
        memory.Close();
        Assert.InRange(new FileInfo(MemoryPath).Length, 1, 300_000);
    }

    private static FileState File(int number) => new($"{number}.png", 100, Start.AddSeconds(number + 1));

    private FolderMemory Open(int leastFull = 1000) => new(new MemoryFile(MemoryPath, _folder["in"], _log), leastFull);
}
