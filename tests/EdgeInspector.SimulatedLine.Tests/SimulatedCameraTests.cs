using System.Collections.Concurrent;
using EdgeInspector.Capture.Cameras;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine.Tests;

public sealed class SimulatedCameraTests
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    [Fact]
    public void A_strobe_camera_names_every_picture_after_its_part_in_order()
    {
        List<string?> labels = [];
        SimulatedCamera camera = new(new SimulatedOptions { Seed = 7, First = 20, Count = 4, AsFastAsConsumed = true });

        camera.Run((_, label, _, _) => labels.Add(label), TestContext.Current.CancellationToken);

        Assert.True(camera.MayWait);
        Assert.Equal(["sim-7-000020", "sim-7-000021", "sim-7-000022", "sim-7-000023"], labels);
    }

    [Fact]
    public void A_strobe_picture_is_the_part_that_its_label_names()
    {
        using PartRenderer renderer = new();
        using Mat expected = new();
        SimulatedCamera camera = new(new SimulatedOptions { Seed = 7, Count = 3, AsFastAsConsumed = true });

        camera.Run((image, label, _, _) =>
        {
            renderer.Render(PartLine.PartOf(label!)!, expected);
            Assert.Equal(0, Cv2.Norm(image, expected, NormTypes.INF));
        }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Lamp_and_lens_wear_over_as_many_parts_as_the_settings_say_and_the_camera_is_pushed()
    {
        List<(double Brightness, double Edges)> As(SimulatedOptions options)
        {
            List<(double, double)> seen = [];
            new SimulatedCamera(options with { Seed = 7, Count = 5, AsFastAsConsumed = true }).Run((image, _, _, _) =>
            {
                using Mat edges = new();
                Cv2.Laplacian(image, edges, MatType.CV_32F);
                seen.Add((Cv2.Mean(image).Val1, Cv2.Norm(edges)));
            }, TestContext.Current.CancellationToken);
            return seen;
        }

        List<(double Brightness, double Edges)> sound = As(new()), faded = As(new() { LampFadesOver = 4 }),
            blurred = As(new() { LensBlursOver = 4 });

        Assert.Equal((sound[0], sound[0]), (faded[0], blurred[0]));
        Assert.Equal(0.6, faded[2].Brightness / sound[2].Brightness, 0.02);
        Assert.Equal(0.2, faded[4].Brightness / sound[4].Brightness, 0.02);
        Assert.Equal(1, blurred[4].Brightness / sound[4].Brightness, 0.02);
        Assert.InRange(blurred[4].Edges, 0, 0.9 * sound[4].Edges);
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(0, -25)]
    public void A_camera_that_is_pushed_sees_all_of_it_beside_its_place(long after, int by)
    {
        using PartRenderer renderer = new();
        using Mat straight = new();
        long number = 0;
        new SimulatedCamera(new() { Seed = 7, Count = 3, PushedAfter = after, PushedBy = by, AsFastAsConsumed = true }).Run(
            (image, label, _, _) =>
            {
                renderer.Render(PartLine.PartOf(label!)!, straight);
                int shift = number++ < after ? 0 : by;
                using Mat here = image[new Rect(300 + shift, 200, 680, 560)], there = straight[new Rect(300, 200, 680, 560)];
                // But for the sensor's noise, which does not move with the picture.
                Assert.InRange(Cv2.Norm(here, there, NormTypes.L1) / (3 * 680 * 560), 0, shift == 0 ? 0 : 5);
            }, TestContext.Current.CancellationToken);
        Assert.Equal(3, number);
    }

    [Fact]
    public void Opened_again_after_a_fault_the_line_goes_on_with_the_next_part()
    {
        List<string?> labels = [];
        SimulatedCamera camera = new(new SimulatedOptions { Seed = 7, Count = 4, AsFastAsConsumed = true });

        Assert.Throws<InvalidOperationException>(() => camera.Run((_, label, _, _) =>
        {
            labels.Add(label);
            if (labels.Count == 2)
                throw new InvalidOperationException("the cable came loose");
        }, TestContext.Current.CancellationToken));
        camera.Run((_, label, _, _) => labels.Add(label), TestContext.Current.CancellationToken);

        Assert.Equal(["sim-7-000000", "sim-7-000001", "sim-7-000002", "sim-7-000003"], labels);
    }

    [Fact]
    public void A_free_running_camera_names_a_part_once_when_it_is_centred()
    {
        List<string?> labels = [];
        List<double> brightness = [];
        SimulatedOptions options = new()
        {
            Seed = 7,
            Count = 3,
            View = SimulatedView.Continuous,
            Fps = 16,
            Pace = TimeSpan.FromSeconds(0.5),
            AsFastAsConsumed = true,
        };

        new SimulatedCamera(options).Run((image, label, _, _) =>
        {
            labels.Add(label);
            brightness.Add(Cv2.Mean(image).Val1);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(24, labels.Count);
        Assert.Equal(["sim-7-000000", "sim-7-000001", "sim-7-000002"], labels.OfType<string>());
        for (int i = 0; i < labels.Count; i += 8)
        {
            Assert.Null(labels[i]);
            Assert.NotNull(labels[i + 4]);
            Assert.True(brightness[i] * 1.5 < brightness[i + 4], "the belt is empty between two parts");
        }
    }

    [Fact]
    public async Task A_paced_line_shows_a_part_when_its_time_has_come_and_not_before()
    {
        TimeSpan pace = TimeSpan.FromMilliseconds(400), moment = TimeSpan.FromMilliseconds(1);
        FakeTimeProvider time = new();
        WatchedClock clock = new(time);
        ConcurrentQueue<TimeSpan> seen = [];
        long start = time.GetTimestamp();
        SimulatedCamera camera = new(new SimulatedOptions { Count = 3, Pace = pace }, clock);
        Task run = Task.Run(
            () => camera.Run((_, _, _, _) => seen.Enqueue(time.GetElapsedTime(start)), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        for (int part = 1; part <= 3; part++)
        {
            await Eventually.TrueAsync(() => clock.Pauses.Count == part, "the line to wait with the next part");
            Assert.Equal(pace, clock.Pauses[^1]);
            time.Advance(pace - moment);
            Assert.Equal(part - 1, seen.Count);
            time.Advance(moment);
            await Eventually.TrueAsync(() => seen.Count == part, "the part to be shown");
        }
        await run.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.False(camera.MayWait);
        Assert.Equal([pace, 2 * pace, 3 * pace], seen);
    }

    [Fact]
    public async Task A_line_that_was_held_up_does_not_hurry_to_make_up_for_it()
    {
        TimeSpan pace = TimeSpan.FromMilliseconds(400), held = TimeSpan.FromMilliseconds(1000);
        FakeTimeProvider time = new();
        WatchedClock clock = new(time);
        ConcurrentQueue<TimeSpan> seen = [];
        long start = time.GetTimestamp();
        SimulatedCamera camera = new(new SimulatedOptions { Count = 3, Pace = pace }, clock);
        Task run = Task.Run(
            () => camera.Run((_, _, _, _) => Show(), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        foreach (int waits in new[] { 1, 2 })
        {
            await Eventually.TrueAsync(() => clock.Pauses.Count == waits, "the line to wait");
            time.Advance(pace);
        }
        await run.WaitAsync(Patience, TestContext.Current.CancellationToken);

        // The second part is late already and comes at once, the third comes after it as ever.
        Assert.Equal([pace, pace + held, pace + held + pace], seen);

        void Show()
        {
            seen.Enqueue(time.GetElapsedTime(start));
            if (seen.Count == 1)
                time.Advance(held);
        }
    }

    [Fact]
    public async Task A_line_that_is_opened_anew_while_it_waits_shows_the_part_that_it_waited_with()
    {
        using CancellationTokenSource stop = new();
        FakeTimeProvider time = new();
        WatchedClock clock = new(time);
        ConcurrentQueue<string?> labels = [];
        SimulatedCamera camera = new(new SimulatedOptions { Seed = 7, Count = 1, Pace = TimeSpan.FromHours(1) }, clock);
        Task first = Task.Run(
            () => camera.Run((_, label, _, _) => labels.Enqueue(label), stop.Token), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => clock.Pauses.Count == 1, "the line to wait");
        await stop.CancelAsync();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Task second = Task.Run(
            () => camera.Run((_, label, _, _) => labels.Enqueue(label), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => clock.Pauses.Count == 2, "the line to wait again");
        time.Advance(TimeSpan.FromHours(1));
        await second.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["sim-7-000000"], labels);
    }

    [Fact]
    public async Task A_stop_ends_the_wait_for_the_next_part()
    {
        using CancellationTokenSource stop = new();
        int pictures = 0;
        SimulatedCamera camera = new(new SimulatedOptions { Pace = TimeSpan.FromHours(1) }, new FakeTimeProvider());
        Task run = Task.Run(() => camera.Run((_, _, _, _) => pictures++, stop.Token), TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await run.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(0, pictures);
    }
}
