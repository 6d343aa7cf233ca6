using System.Globalization;
using System.Text;
using EdgeInspector.Foundation.Files;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// Writes parts of a simulated line as a labelled data set: a folder for each tag with its pictures, named by part id,
/// <c>annotations.json</c> (COCO object detection: boxes and outlines of the defects) and <c>truth.csv</c> (one line for each picture).
/// Every file appears complete or not at all; the two lists come last, so a folder that has them is whole.
/// </summary>
public sealed class DataSet(DataSetOptions options)
{
    /// <summary>Renders and writes the data set.</summary>
    /// <param name="folder">Created when it is absent.</param>
    /// <param name="progress">Told the number of pictures written, after each.</param>
    /// <param name="stop">Ends the work after the picture in hand; the lists are then not written.</param>
    /// <exception cref="IOException">The folder already holds a data set, or can't be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public void Write(string folder, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        if (File.Exists(Path.Combine(folder, CocoAnnotations.FileName)))
            throw new IOException(
                $"'{folder}' already holds a data set ({CocoAnnotations.FileName}). Choose another folder or empty this one.");
        string extension = options.Format == DataSetFormat.Png ? ".png" : ".jpg";
        ImageEncodingParam[] quality = options.Format == DataSetFormat.Jpg ? [new ImageEncodingParam(ImwriteFlags.JpegQuality, 95)] : [];
        CocoAnnotations annotations = new(options);
        StringBuilder truth = new("part,tag,file\n");
        using PartRenderer renderer = new(options.Sensor);
        using Mat picture = new();
        int written = 0;
        foreach (SimulatedPart part in Parts())
        {
            stop.ThrowIfCancellationRequested();
            string file = $"{part.Tag}/{part.Id}{extension}";
            Directory.CreateDirectory(Path.Combine(folder, part.Tag));
            renderer.Render(part, picture);
            Cv2.ImEncode(extension, picture, out byte[] bytes, quality);
            AtomicFile.Write(Path.Combine(folder, file), bytes, Durability.ProcessEnd);
            annotations.Add(part, file);
            truth.Append(CultureInfo.InvariantCulture, $"{part.Id},{part.Tag},{file}\n");
            progress?.Report(++written);
        }
        AtomicFile.Write(Path.Combine(folder, "truth.csv"), Encoding.UTF8.GetBytes(truth.ToString()), Durability.ProcessEnd);
        AtomicFile.Write(Path.Combine(folder, CocoAnnotations.FileName), annotations.ToJson(), Durability.ProcessEnd);
    }

    /// <summary>The parts of the data set: the line's own, in its order, without those whose tag has had its share.</summary>
    internal IEnumerable<SimulatedPart> Parts()
    {
        PartLine line = new(options.Seed, options.Sensor, options.ScratchWidth);
        Dictionary<string, int> left = Shares();
        long index = 0;
        for (int open = options.Count; open > 0; index++)
        {
            SimulatedPart part = line.Part(index);
            if (left[part.Tag] == 0)
                continue;
            left[part.Tag]--;
            open--;
            yield return part;
        }
    }

    private Dictionary<string, int> Shares()
    {
        int ok = (int)Math.Round(options.Count * options.ShareOk);
        int defective = options.Count - ok, kinds = options.Defects.Count;
        Dictionary<string, int> shares = PartTags.All.ToDictionary(tag => tag, _ => 0);
        shares[PartTags.Ok] = ok;
        for (int i = 0; i < kinds; i++)
            shares[options.Defects[i]] = defective / kinds + (i < defective % kinds ? 1 : 0);
        return shares;
    }
}
