using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class RunMarkTests : IDisposable
{
    private static readonly string Package = new('a', 64);
    private static readonly MachineFacts Machine = new("boot-1", Environment.TickCount64, 5);

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "runs", "s1.mark");

    // Later on the same boot.
    private static MachineFacts Later => Machine with { Ticks = Environment.TickCount64 + 1 };

    public void Dispose() => _folder.Dispose();

    private void Run(Action<RunMark> then)
    {
        using RunMark mark = RunMark.Open(File, Machine);
        mark.Use(Package);
        mark.Begin();
        then(mark);
    }

    private LeftRun? Left(MachineFacts machine)
    {
        using RunMark mark = RunMark.Open(File, machine);
        return mark.Left;
    }

    [Fact]
    public void A_run_that_came_back_leaves_nothing()
    {
        Run(mark => mark.End());
        Assert.Null(Left(Later));
    }

    [Fact]
    public void A_run_in_whose_midst_the_process_ended_is_known_once()
    {
        Run(_ => { });
        LeftRun? left = Left(Later);
        Assert.Equal((Package, LeftRunCause.Ended), (left?.Package, left?.Cause));
        Assert.Null(Left(Later));
    }

    [Fact]
    public void One_that_hung_and_one_during_which_memory_ran_out_are_told_apart()
    {
        Run(mark => mark.Hangs());
        Assert.Equal(LeftRunCause.Hung, Left(Later)?.Cause);
        Run(_ => { });
        Assert.Equal(LeftRunCause.Memory, Left(Later with { KillsForMemory = 6 })?.Cause);
        Run(mark =>
        {
            mark.Hangs();
            mark.Begin();
        });
        Assert.Equal(LeftRunCause.Ended, Left(Later)?.Cause);
    }

    [Fact]
    public void A_kill_that_the_service_manager_tells_of_is_told_apart_but_hides_neither_a_hang_nor_want_of_memory()
    {
        Run(_ => { });
        Assert.Equal(LeftRunCause.Killed, Left(Later with { WasKilled = true })?.Cause);
        Run(mark => mark.Hangs());
        Assert.Equal(LeftRunCause.Hung, Left(Later with { WasKilled = true })?.Cause);
        Run(_ => { });
        Assert.Equal(LeftRunCause.Memory, Left(Later with { WasKilled = true, KillsForMemory = 6 })?.Cause);
    }

    [Fact]
    public void A_power_cut_says_nothing_against_a_package()
    {
        Run(mark => mark.Hangs());
        Assert.Null(Left(Later with { Boot = "boot-2" }));
        Run(mark => mark.Hangs());
        Assert.Null(Left(Machine with { Ticks = 0 }));
    }

    [Fact]
    public void The_package_that_a_run_began_with_is_the_one_that_is_named()
    {
        Run(mark => mark.Use(new string('b', 64)));
        Assert.Equal(Package, Left(Later)?.Package);
        Run(mark =>
        {
            mark.Use(new string('b', 64));
            mark.End();
            mark.Begin();
        });
        Assert.Equal(new string('b', 64), Left(Later)?.Package);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(256)]
    [InlineData(100_000)]
    public void A_file_of_anything_is_begun_anew(int bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        byte[] content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        System.IO.File.WriteAllBytes(File, content);
        Assert.Null(Left(Later));
        Run(_ => { });
        Assert.NotNull(Left(Later));
    }

    [Fact]
    public void To_mark_a_run_allocates_nothing()
    {
        Run(mark =>
        {
            mark.End();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                mark.Begin();
                mark.End();
            }
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        });
    }
}
