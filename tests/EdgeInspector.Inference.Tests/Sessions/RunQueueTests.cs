using System.Collections.Concurrent;
using EdgeInspector.Inference.Sessions;

namespace EdgeInspector.Inference.Tests.Sessions;

public sealed class RunQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void Of_those_that_wait_the_one_that_is_due_first_goes_first()
    {
        var queue = new RunQueue(1, Patience, TimeProvider.System);
        var busy = new RunQueue.Place();
        queue.Enter(busy, 0);
        var order = new ConcurrentQueue<long>();
        long[] deadlines = [50, 20, 40, 10, 30];
        List<Thread> waiting = [.. deadlines.Select(deadline => Start(() =>
        {
            var place = new RunQueue.Place();
            queue.Enter(place, deadline);
            order.Enqueue(deadline);
            queue.Leave(place);
        }))];
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == deadlines.Length, Patience));
        Assert.Empty(order);
        queue.Leave(busy);
        waiting.ForEach(thread => Assert.True(thread.Join(Patience)));
        Assert.Equal(deadlines.Order(), order);
    }

    [Fact]
    public void No_more_run_at_once_than_there_are_slots_and_none_is_left_idle()
    {
        var queue = new RunQueue(2, Patience, TimeProvider.System);
        int running = 0, most = 0, begun = 0, done = 0;
        using var both = new Barrier(2);
        List<Thread> threads = [.. Enumerable.Range(0, 8).Select(i => Start(() =>
        {
            var place = new RunQueue.Place();
            // Whoever is free takes the next one of an even number, so that even the last one finds another thread for the other slot.
            while (Interlocked.Increment(ref begun) <= 400)
            {
                queue.Enter(place, i);
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                // Goes on only when the other slot is taken too.
                both.SignalAndWait(Patience);
                Interlocked.Decrement(ref running);
                queue.Leave(place);
                Interlocked.Increment(ref done);
            }
        }))];
        threads.ForEach(thread => Assert.True(thread.Join(Patience)));
        Assert.Equal(400, done);
        Assert.Equal(2, most);
    }

    [Fact]
    public void A_run_that_does_not_return_costs_the_others_its_slot_only_for_a_while()
    {
        var queue = new RunQueue(1, TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var hung = new RunQueue.Place();
        queue.Enter(hung, 0);
        Thread other = Start(() =>
        {
            var place = new RunQueue.Place();
            for (int round = 0; round < 3; round++)
            {
                queue.Enter(place, 1);
                queue.Leave(place);
            }
        });
        Assert.True(other.Join(Patience));
        // When it comes back all the same, nothing is out of step.
        queue.Leave(hung);
        queue.Enter(hung, 0);
        queue.Leave(hung);
    }

    [Fact]
    public void Those_that_come_next_anyway_are_run_along_and_nobody_else_is_passed_over()
    {
        var queue = new RunQueue(1, Patience, TimeProvider.System);
        var busy = new RunQueue.Place();
        queue.Enter(busy, 0);
        // Of network a: due at 1, 2 and 4; of network b: due at 3.
        var members = new[] { new Member("a", 1), new Member("a", 2), new Member("b", 3), new Member("a", 4) };
        List<Thread> threads = [.. members.Reverse().Select(member => Start(() => member.Predict(queue)))];
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == members.Length, Patience));
        queue.Leave(busy);
        threads.ForEach(thread => Assert.True(thread.Join(Patience)));
        Assert.Equal(["a1 a2", null, "b3", "a4"], members.Select(member => member.Ran));
        Assert.Equal([1, 2, 3, 4], members.Select(member => member.Result));
        Assert.Equal(1, queue.TakenAlong);
    }

    [Fact]
    public void One_that_is_alone_runs_at_once_and_alone()
    {
        var queue = new RunQueue(1, Patience, TimeProvider.System);
        var member = new Member("a", 5);
        member.Predict(queue);
        Assert.Equal(("a5", 5), (member.Ran, member.Result));
    }

    [Fact]
    public void A_run_takes_no_more_along_than_its_share_so_that_the_other_slots_find_work()
    {
        var queue = new RunQueue(2, Patience, TimeProvider.System);
        RunQueue.Place[] busy = [new(), new()];
        Array.ForEach(busy, place => queue.Enter(place, 0));
        Member[] members = [.. Enumerable.Range(1, 4).Select(i => new Member("a", i))];
        List<Thread> threads = [.. members.Select(member => Start(() => member.Predict(queue)))];
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == members.Length, Patience));
        Array.ForEach(busy, queue.Leave);
        threads.ForEach(thread => Assert.True(thread.Join(Patience)));
        Assert.Equal(["a1 a2", null, "a3", "a4"], members.Select(member => member.Ran));
    }

    [Fact]
    public void When_a_run_together_fails_each_is_run_by_itself()
    {
        var queue = new RunQueue(1, Patience, TimeProvider.System);
        var busy = new RunQueue.Place();
        queue.Enter(busy, 0);
        Member[] members = [.. Enumerable.Range(1, 3).Select(i => new Member("a", i) { FailsTogether = true })];
        List<Thread> threads = [.. members.Select(member => Start(() => member.Predict(queue)))];
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == members.Length, Patience));
        queue.Leave(busy);
        threads.ForEach(thread => Assert.True(thread.Join(Patience)));
        Assert.Equal(["a1", "a2", "a3"], members.Select(member => member.Ran));
        Assert.Equal([1, 2, 3], members.Select(member => member.Result));
    }

    [Fact]
    public void Whoever_runs_along_with_one_that_hangs_goes_its_own_way_after_a_while()
    {
        var queue = new RunQueue(1, TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var busy = new RunQueue.Place();
        queue.Enter(busy, 0);
        // Its turn does not end by itself, however long the others take to come.
        busy.Since = long.MaxValue;
        using var hang = new ManualResetEventSlim();
        Member hung = new("a", 1) { Hangs = hang }, other = new("a", 2);
        Thread first = Start(() => hung.Predict(queue)), second = Start(() => other.Predict(queue));
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == 2, Patience));
        queue.Leave(busy);
        Assert.True(second.Join(Patience));
        Assert.Equal(("a2", 2), (other.Ran, other.Result));
        other.Predict(queue);
        // What comes too late is given to nobody.
        other.Result = 0;
        hang.Set();
        Assert.True(first.Join(Patience));
        Assert.Equal(("a1 a2", 1, 0), (hung.Ran, hung.Result, other.Result));
        other.Predict(queue);
        Assert.Equal(("a2", 2), (other.Ran, other.Result));
    }

    /// <summary>Predicts its own number, in the way of a generation.</summary>
    private sealed class Member(string network, int number) : IRunMember
    {
        private readonly RunQueue.Place _place = new();
        private readonly int[] _taken = new int[8];

        public int Most => 8;

        public bool FailsTogether { get; init; }

        public ManualResetEventSlim? Hangs { get; init; }

        /// <summary>Who took part in its own run; null when it was run along.</summary>
        public string? Ran { get; private set; }

        public int Result { get; set; }

        public void Predict(RunQueue queue)
        {
            _place.Member = this;
            _taken[0] = number;
            Ran = null;
            if (!queue.Enter(_place, number))
                return;
            int count = 1 + _place.Companions;
            if (FailsTogether && count > 1)
            {
                queue.LetGo(_place);
                count = 1;
            }
            Ran = string.Join(' ', _taken.Take(count).Select(taken => $"{network}{taken}"));
            Hangs?.Wait(Patience);
            Result = number;
            if (count > 1)
                queue.Serve(_place);
            queue.Leave(_place);
        }

        public bool TakeIn(IRunMember other, int index)
        {
            if (((Member)other).Network != network)
                return false;
            _taken[index] = ((Member)other).Number;
            return true;
        }

        public void HandBack(IRunMember other, int index, int count) => ((Member)other).Result = _taken[index];

        private string Network => network;

        private int Number => number;
    }

    private static Thread Start(ThreadStart work)
    {
        var thread = new Thread(work) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen; seen = most)
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
