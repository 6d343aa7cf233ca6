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
        FakeTimeProvider time = new();
        long start = time.GetTimestamp();
        List<TimeSpan> seen = [];
        SimulatedCamera camera = new(new SimulatedOptions { Count = 3, Pace = TimeSpan.FromMilliseconds(400) }, time);
        Task run = Task.Run(
            () => camera.Run((_, _, _, _) => seen.Add(time.GetElapsedTime(start)), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        using CancellationTokenSource patience = new(Patience);
        while (!run.IsCompleted && !patience.IsCancellationRequested)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(run, Task.Delay(1, CancellationToken.None));
        }
        await run;

        Assert.False(camera.MayWait);
        Assert.Equal(3, seen.Count);
        Assert.True(seen[0] >= TimeSpan.FromMilliseconds(400));
        // The clock of the test goes on while a picture is on its way to it; a line that hurries would show the next one at once.
        Assert.True(
            seen[1] - seen[0] >= TimeSpan.FromMilliseconds(200) && seen[2] >= TimeSpan.FromMilliseconds(1200), string.Join(", ", seen));
    }

    [Fact]
    public async Task A_line_that_is_opened_anew_while_it_waits_shows_the_part_that_it_waited_with()
    {
        using CancellationTokenSource stop = new();
        WaitingTime time = new();
        List<string?> labels = [];
        SimulatedCamera camera = new(new SimulatedOptions { Seed = 7, Count = 1, Pace = TimeSpan.FromHours(1) }, time);
        Task first = Task.Run(() => camera.Run((_, label, _, _) => labels.Add(label), stop.Token), TestContext.Current.CancellationToken);
        await time.Waits.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);

        using CancellationTokenSource patience = new(Patience);
        Task second = Task.Run(() => camera.Run((_, label, _, _) => labels.Add(label), patience.Token), CancellationToken.None);
        while (!second.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await Task.WhenAny(second, Task.Delay(1, CancellationToken.None));
        }

        Assert.Equal(["sim-7-000000"], labels);
    }

    private sealed class WaitingTime : FakeTimeProvider
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
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
