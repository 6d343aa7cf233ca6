using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.References;

/// <summary>Makes a reference of the pictures of parts that somebody vouches for. Off the hot path.</summary>
/// <remarks>
/// Each round lays the pictures over their median. At first the median is a blurred part, since the parts lie differently; the median of
/// pictures that were laid over each other is sharper, and so on, six times (Learned-Miller, "Data driven image models through continuous
/// joint alignment", 2006, with the median in place of entropy). The places are counted from their mean. Then parts that differ from the
/// others, by look or by any other measure, are left out, and each remaining part is compared with all other remaining parts.
/// </remarks>
internal sealed class ReferenceLearner
{
    private const int Rounds = 6;

    // If more than one part in ten strays, nobody knows which parts are right.
    private const int BelongTenths = 9;

    // Factor from the median of absolute deviations to the standard deviation of a normal distribution.
    private const float Normal = 1.4826f;

    // Deviation of a cell that hardly any picture covers: such a cell says nothing.
    private const float Unknown = 60;

    private readonly IReadOnlyList<SeenPart> _parts;
    private readonly int _width, _height;
    private readonly LookGrid[] _pictures;
    private readonly float[][] _laid;
    private readonly PartPlace[] _places;
    private float[] _look = new float[Reference.Cells];
    private float[] _deviation = new float[Reference.Cells];

    private ReferenceLearner(IReadOnlyList<SeenPart> parts, int width, int height)
    {
        (_parts, _width, _height) = (parts, width, height);
        _pictures = new LookGrid[parts.Count];
        _laid = new float[parts.Count][];
        _places = new PartPlace[parts.Count];
        for (int i = 0; i < parts.Count; i++)
        {
            _pictures[i] = new LookGrid();
            _pictures[i].Take(parts[i].Sums);
            _laid[i] = _pictures[i][0].ToArray();
        }
    }

    /// <summary>Learns a reference.</summary>
    /// <param name="parts">The pictures.</param>
    /// <param name="width">Pixels in a row of each picture.</param>
    /// <param name="height">Rows of each picture.</param>
    /// <param name="origin">Where they come from.</param>
    public static LearnOutcome Learn(IReadOnlyList<SeenPart> parts, int width, int height, LearnOrigin origin)
    {
        if (parts.Count is < Reference.FewestParts or > Reference.MostParts)
        {
            return new LearnOutcome(
                null, $"A reference is learnt from {Reference.FewestParts} to {Reference.MostParts} pictures of good parts; "
                    + $"there are {parts.Count}.", []);
        }
        var all = new ReferenceLearner(parts, width, height);
        all.Align();
        Dictionary<SeenPart, string> strays = Strays.Of(parts, all._places, all.DifferentFromMedian(), width);
        List<SeenPart> belong = [.. parts.Where(part => !strays.ContainsKey(part))];
        LeftOutPart[] leftOut = [.. parts.Where(strays.ContainsKey).Select(part => new LeftOutPart(part.Part, strays[part]))];
        if (leftOut.Length > 0 && (belong.Count < Reference.FewestParts || belong.Count * 10 < parts.Count * BelongTenths))
        {
            return new LearnOutcome(
                null,
                $"{leftOut.Length} of {parts.Count} parts are other than the rest, such as {leftOut[0].Part} ({leftOut[0].Why}). "
                    + "Learn from good parts of one type that lie still, under the light that they will have.",
                leftOut);
        }
        if (leftOut.Length > 0)
        {
            all = new ReferenceLearner(belong, width, height);
            all.Align();
        }
        return new LearnOutcome(all.Make(origin), null, leftOut) { Model = ViewOf(belong) };
    }

    private static ModelOpinion? ViewOf(List<SeenPart> parts) => parts.Exists(part => part.Verdict is not null)
        ? new ModelOpinion(parts.Count(part => part.Verdict == VerdictKind.Reject), parts.Count(part => part.Verdict == VerdictKind.Review))
        : null;

    private void Align()
    {
        float[] column = new float[_parts.Count];
        Summarise(column);
        for (int round = 0; round < Rounds; round++)
        {
            var placer = new LookPlacer(_look, _deviation, _width, _height);
            for (int i = 0; i < _pictures.Length; i++)
                _places[i] = placer.Find(_pictures[i]);
            var mean = new PartPlace(
                _places.Average(place => place.X), _places.Average(place => place.Y), _places.Average(place => place.Degrees));
            var difference = new LookDifference(_look, _deviation);
            for (int i = 0; i < _pictures.Length; i++)
            {
                _places[i] = new PartPlace(_places[i].X - mean.X, _places[i].Y - mean.Y, _places[i].Degrees - mean.Degrees);
                placer.Lay(_pictures[i], _places[i]);
                placer.Laid.CopyTo(_laid[i]);
                (float factor, float offset) = difference.LightOf(_laid[i]);
                foreach (ref float grey in _laid[i].AsSpan())
                    grey = (grey - offset) * factor;
            }
            Summarise(column);
        }
    }

    /// <summary>Median and spread of each cell.</summary>
    private void Summarise(float[] column)
    {
        for (int cell = 0; cell < Reference.Cells; cell++)
        {
            int count = 0;
            foreach (float[] laid in _laid)
            {
                if (!float.IsNaN(laid[cell]))
                    column[count++] = laid[cell];
            }
            // Where few pictures cover the cell after their shifts, the cell keeps the look from before.
            if (2 * count <= _laid.Length)
            {
                _deviation[cell] = Unknown;
                continue;
            }
            Span<float> greys = column.AsSpan(0, count);
            greys.Sort();
            float median = greys[count / 2];
            _look[cell] = median;
            foreach (ref float grey in greys)
                grey = MathF.Abs(grey - median);
            greys.Sort();
            _deviation[cell] = Normal * greys[count / 2];
        }
    }

    private double[] DifferentFromMedian()
    {
        var difference = new LookDifference(_look, _deviation);
        return [.. _laid.Select(laid => difference.Of(laid))];
    }

    private Reference Make(LearnOrigin origin)
    {
        float[] sums = new float[Reference.Cells], squares = new float[Reference.Cells];
        int[] counts = new int[Reference.Cells];
        float[] around = [.. _look];
        foreach (float[] laid in _laid)
        {
            for (int cell = 0; cell < laid.Length; cell++)
            {
                if (float.IsNaN(laid[cell]))
                    continue;
                float beside = laid[cell] - around[cell];
                (sums[cell], squares[cell]) = (sums[cell] + beside, squares[cell] + beside * beside);
                counts[cell]++;
            }
        }
        Describe(sums, squares, counts, around, null);
        (float[] look, float[] deviation) = ([.. _look], [.. _deviation]);
        double[] different = new double[_laid.Length];
        for (int i = 0; i < _laid.Length; i++)
        {
            Describe(sums, squares, counts, around, _laid[i]);
            different[i] = new LookDifference(_look, _deviation).Of(_laid[i]);
        }
        (_look, _deviation) = (look, deviation);
        return new Reference
        {
            Station = origin.Station,
            Type = origin.Type,
            At = origin.At,
            By = origin.By,
            Why = origin.Why,
            From = origin.From,
            Parts = _parts.Count,
            Width = _width,
            Height = _height,
            Brightness = Spread.Of([.. _parts.Select(part => part.Brightness)]),
            Contrast = Spread.Of([.. _parts.Select(part => part.Contrast)]),
            Sharpness = Spread.Of([.. _parts.Select(part => part.Sharpness)]),
            X = Spread.Of([.. _places.Select(place => place.X)]),
            Y = Spread.Of([.. _places.Select(place => place.Y)]),
            Turn = Spread.Of([.. _places.Select(place => place.Degrees)]),
            Different = Spread.Of(different),
            Look = look,
            Deviation = deviation,
        };
    }

    /// <summary>Mean and standard deviation of each cell; if <paramref name="without"/> is given, without that part.</summary>
    private void Describe(float[] sums, float[] squares, int[] counts, float[] around, float[]? without)
    {
        for (int cell = 0; cell < sums.Length; cell++)
        {
            (float sum, float square, int count) = (sums[cell], squares[cell], counts[cell]);
            if (without is not null && !float.IsNaN(without[cell]))
            {
                float beside = without[cell] - around[cell];
                (sum, square, count) = (sum - beside, square - beside * beside, count - 1);
            }
            if (2 * count <= _laid.Length)
            {
                (_look[cell], _deviation[cell]) = (around[cell], Unknown);
                continue;
            }
            float mean = sum / count;
            _look[cell] = around[cell] + mean;
            _deviation[cell] = MathF.Sqrt(MathF.Max(0, square - count * mean * mean) / (count - 1));
        }
    }
}
