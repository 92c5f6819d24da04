mod golden;
mod notices;
mod standing;
mod world;
mod written;
