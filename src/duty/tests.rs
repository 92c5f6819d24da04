mod golden;
mod standing;
mod world;
mod written;
