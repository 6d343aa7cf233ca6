using System.Collections.Concurrent;
using EdgeInspector.Inference.Sessions;

namespace EdgeInspector.Inference.Tests.Sessions;

public sealed class RunQueueTests
{
    [Fact]
    public void Of_those_that_wait_the_one_that_is_due_first_goes_first()
    {
        var queue = new RunQueue(1, Eventually.Patience, TimeProvider.System);
        var busy = new RunQueue.Waiter();
        queue.Enter(busy, 0);
        var order = new ConcurrentQueue<long>();
        long[] deadlines = [50, 20, 40, 10, 30];
        List<Thread> waiting = [.. deadlines.Select(deadline => Start(() =>
        {
            var place = new RunQueue.Waiter();
            queue.Enter(place, deadline);
            order.Enqueue(deadline);
            queue.Leave(place);
        }))];
        Eventually.True(() => queue.Waiting == deadlines.Length);
        Assert.Empty(order);
        queue.Leave(busy);
        waiting.ForEach(thread => Assert.True(thread.Join(Eventually.Patience)));
        Assert.Equal(deadlines.Order(), order);
    }

    [Fact]
    public void No_more_run_at_once_than_there_are_slots_and_none_is_left_idle()
    {
        var queue = new RunQueue(2, Eventually.Patience, TimeProvider.System);
        int running = 0, most = 0, begun = 0, done = 0;
        using var both = new Barrier(2);
        List<Thread> threads = [.. Enumerable.Range(0, 8).Select(i => Start(() =>
        {
            var place = new RunQueue.Waiter();
            // Whoever is free takes the next one of an even number, so that even the last one finds another thread for the other slot.
            while (Interlocked.Increment(ref begun) <= 400)
            {
                queue.Enter(place, i);
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                // Goes on only when the other slot is taken too.
                both.SignalAndWait(Eventually.Patience);
                Interlocked.Decrement(ref running);
                queue.Leave(place);
                Interlocked.Increment(ref done);
            }
        }))];
        threads.ForEach(thread => Assert.True(thread.Join(Eventually.Patience)));
        Assert.Equal(400, done);
        Assert.Equal(2, most);
    }

    [Fact]
    public void A_run_that_does_not_return_costs_the_others_its_slot_only_for_a_while()
    {
        var queue = new RunQueue(1, TimeSpan.FromMilliseconds(50), TimeProvider.System);
        var hung = new RunQueue.Waiter();
        queue.Enter(hung, 0);
        Thread other = Start(() =>
        {
            var place = new RunQueue.Waiter();
            for (int round = 0; round < 3; round++)
            {
                queue.Enter(place, 1);
                queue.Leave(place);
            }
        });
        Assert.True(other.Join(Eventually.Patience));
        // When it comes back all the same, nothing is out of step.
        queue.Leave(hung);
        queue.Enter(hung, 0);
        queue.Leave(hung);
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
