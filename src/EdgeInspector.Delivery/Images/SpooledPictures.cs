namespace EdgeInspector.Delivery.Images;

/// <summary>The pictures in the spool, for those who send them another way than over the broker.</summary>
/// <param name="Loaded">Completes when the pictures that an earlier process left are known.</param>
/// <param name="Find">
/// The picture of an event, as JPEG no larger than <see cref="ImageOptions.MaxBytes"/>; null: it is not there, or not yet. Reads the disk.
/// </param>
internal sealed record SpooledPictures(Task Loaded, Func<Guid, byte[]?> Find);
